import { checkRules } from "@heddle/execpolicy";
import { createSink } from "../exec/sink.ts";
import { readNamedPolicy } from "../policy/rule-files.ts";

/** What `heddle execpolicy check` was asked. */
export interface CheckOptions {
  readonly policyFiles: readonly string[];
  readonly argv: readonly string[];
  readonly pretty: boolean;
  /** Absolute. */
  readonly cwd: string;
}

/**
 * `heddle execpolicy check`: looks an argv up in rule files and prints what matches as JSON. The exit code is 0
 * whatever the rules say: the answer is on stdout. Source: exec policy spec, section 3.
 * @throws RuleFileError
 */
export async function runPolicyCheck({ policyFiles, argv, pretty, cwd }: CheckOptions): Promise<number> {
  const result = checkRules(await readNamedPolicy(policyFiles, cwd), argv);
  const stdout = createSink(process.stdout);
  stdout.write(`${JSON.stringify(result, null, pretty ? 2 : 0)}\n`);
  await stdout.flushed();
  return 0;
}
