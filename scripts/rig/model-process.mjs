// The scripted model as a process of its own. It is bundled before it runs, see scripted-model.mjs.
// Prints the base URL of its endpoint, then serves until its input ends.
//
// What it answers follows from the last prompt: `bench plain` gets a short message, `bench command` one call of the
// shell tool that the request offers and then a message, `bench deltas N` a message in N pieces. `bench unsure` calls a
// command that might have changed files, for all that anybody knows before, `bench mcp` a tool of an MCP server.
import { startScriptedModel, step } from "@heddle/testkit";

const COMMANDS = { "bench command": ["true"], "bench unsure": ["sleep", "0"] };

const model = await startScriptedModel(({ body }, index) => {
  const last = body.input.at(-1);
  const prompt = last.role === "user" ? last.content.map(({ text }) => text).join("") : "";
  const deltas = /^bench deltas (\d+)$/.exec(prompt);
  if (deltas !== null) return [step.repeatedText("lorem ipsum ", Number(deltas[1]))];
  if (prompt === "bench mcp") return [step.functionCall(`call_${index}`, "mcp__s07__tool_07", { subject: "x" })];
  const words = COMMANDS[prompt];
  return [words === undefined ? step.text("done") : call(words, body.tools, `call_${index}`)];
});
process.stdout.write(`${model.baseUrl}\n`);
process.stdin.resume().on("end", () => model.close());

/** A call that runs a program without a login shell. */
function call(words, tools, callId) {
  const takesScript = tools.some((tool) => tool.name === "shell_command");
  return takesScript ? step.shellCommand(callId, words.join(" "), { login: false }) : step.shell(callId, words);
}
