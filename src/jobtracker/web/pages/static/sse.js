// Server-sent events over fetch: with a body, headers, and a way back after a cut.

// Yields {id, event, data} from a response; data is parsed JSON.
export async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let block = { event: "message", data: [] };
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split(/\r\n|\n|\r/);
    rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        if (block.data.length) yield { id: block.id, event: block.event, data: JSON.parse(block.data.join("\n")) };
        block = { event: "message", data: [] };
      } else if (!line.startsWith(":")) {
        const at = line.indexOf(":");
        const name = at < 0 ? line : line.slice(0, at);
        const text = at < 0 ? "" : line.slice(at + 1).replace(/^ /, "");
        if (name === "data") block.data.push(text); else if (name === "id") block.id = text; else if (name === "event") block.event = text;
      }
    }
  }
}
