import type { FilterArch } from "../seccomp/syscalls.ts";

/** SHA-256 of the helper's files; `helper/build.sh` makes them, and a test compares. */
export const CHECKSUMS: Readonly<Record<FilterArch, string>> = {
  x64: "60f7553ee0c2e5264e748127ef130267ef5272ea56b2d61d7f268a9804ee6b26",
  arm64: "19638a556d6588ab66bac552162ace1999174f40ed763c4fe85c4d2ac8c7d94f",
};
