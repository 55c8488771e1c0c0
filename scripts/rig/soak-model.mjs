// The model of the soak as a process of its own. It is bundled before it runs, see scripted-model.mjs.
//
// A prompt is `soak <name> <deed>`; the deed tells what the model does in that turn, the name is another one in each. What
// breaks does so the first time that it is asked.
import { startScriptedModel, step } from "@heddle/testkit";

const asked = new Set();
const model = await startScriptedModel(({ body }) => {
  const at = body.input.findLastIndex(({ role, content }) => role === "user" && content[0]?.text.startsWith("soak "));
  const [, name, deed] = body.input[at].content[0].text.split(" ");
  const outputs = body.input.slice(at).filter(({ type }) => type.endsWith("_call_output")).length;
  const isFirst = !asked.has(`${name} ${outputs}`);
  asked.add(`${name} ${outputs}`);
  if (asked.size > 10_000) asked.clear();
  return DEEDS[deed](name, { outputs, isFirst });
});
process.stdout.write(`${model.baseUrl}\n`);
process.stdin.resume().on("end", () => model.close());

const DONE = [step.reasoning("so"), step.text("that is done now", { chunks: 4 })];
const script = (name, command, more = {}) => [step.shellCommand(`${name}_1`, command, { login: false, ...more })];
const patch = (name) => `*** Begin Patch\n*** Add File: ${name}.txt\n+one\n+two\n*** End Patch`;

const DEEDS = {
  talk: () => DONE,
  command: (name, { outputs }) => (outputs === 0 ? script(name, "echo one; echo two >&2; exit 3") : DONE),
  write: (name, { outputs }) => (outputs === 0 ? script(name, `echo ${name} >> written.txt`) : DONE),
  patch: (name, { outputs }) =>
    outputs === 0 ? [step.text("patching"), step.customPatch(`${name}_1`, patch(name))] : DONE,
  drop: (name, { isFirst }) => (isFirst ? [step.text("half of it"), step.drop()] : DONE),
  dropCall: (name, { outputs, isFirst }) =>
    outputs > 0 ? DONE : isFirst ? [...script(name, "true"), step.drop()] : DONE,
  error: (_, { isFirst }) => (isFirst ? [step.http(500, "busy")] : DONE),
  fail: () => [step.http(400, { error: { message: "no" } })],
  long: (name, { outputs }) => (outputs === 0 ? script(name, "sleep 300", { timeout_ms: 300_000 }) : DONE),
};
