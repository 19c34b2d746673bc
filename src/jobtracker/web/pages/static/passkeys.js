// WebAuthn: the server's JSON to what the browser takes, and back (WebAuthn level 3 has both built in).
import { post } from "./lib.js";

export const passkeysWork = () => window.isSecureContext && "PublicKeyCredential" in window && "parseCreationOptionsFromJSON" in PublicKeyCredential;

export const addPasskey = async (name) => {
  const begun = await post("/v1/account/passkeys/options");
  const made = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(begun.options) });
  return post("/v1/account/passkeys", { challenge: begun.challenge, credential: made.toJSON(), name });
};
export const getPasskey = async () => {
  const begun = await post("/v1/account/login/passkey/options");
  const found = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(begun.options) });
  return post("/v1/account/login/passkey", { challenge: begun.challenge, credential: found.toJSON() });
};
