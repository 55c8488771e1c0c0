// node test-count.mjs RESULTS: prints `N passed, N failed` from the results of vitest's JSON reporter.
// A test file that could not be loaded has no tests to count, so it counts as one that failed.
import { existsSync, readFileSync } from "node:fs";

const { testResults } = existsSync(process.argv[2])
  ? JSON.parse(readFileSync(process.argv[2], "utf8"))
  : { testResults: [{ status: "failed", assertionResults: [] }] }; // the run itself broke down
let passed = 0;
let failed = 0;
for (const { status, assertionResults } of testResults) {
  const failures = assertionResults.filter((test) => test.status === "failed").length;
  passed += assertionResults.filter((test) => test.status === "passed").length;
  failed += status === "failed" ? Math.max(failures, 1) : failures;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;
