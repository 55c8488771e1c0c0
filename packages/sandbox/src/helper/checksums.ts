import type { FilterArch } from "../seccomp/syscalls.ts";

/** SHA-256 of the helper's files; `helper/build.sh` makes them, and a test compares. */
export const CHECKSUMS: Readonly<Record<FilterArch, string>> = {
  x64: "040840cd1d34362a592380532a3c348aaf366f7163a6199762712d80a8a35e06",
  arm64: "697ba17838d9e9bd2c4b1a37218fc296adb829965157cf6764de922cf76d3825",
};
