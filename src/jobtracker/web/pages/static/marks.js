// The little Markdown of answers: bold, code and web addresses become elements; all else stays text.
import { h, outside } from "./lib.js";

const MARK = /\*\*(?=\S)([^*\n]*[^\s*])\*\*|`([^`\n]+)`|\[([^\]\n]+)\]\((https?:\/\/[^\s()<>]+)\)|(https?:\/\/[^\s<>"'`*]*[^\s<>"'`*.,;:!?)\]])/g;
export const marked = (text) => {
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(MARK)) {
    const [whole, bold, code, label, target, bare] = found;
    nodes.push(text.slice(at, found.index));
    if (bold) nodes.push(h("strong", {}, bold));
    else if (code) nodes.push(h("code", {}, code));
    else nodes.push(outside(target ?? bare, label ?? bare));
    at = found.index + whole.length;
  }
  nodes.push(text.slice(at));
  return nodes;
};
// As one reads it aloud.
export const plain = (text) => text.replace(MARK, (whole, bold, code, label) => bold ?? code ?? label ?? "").replace(/^\s*(#+|[-*])\s+/gm, "");
