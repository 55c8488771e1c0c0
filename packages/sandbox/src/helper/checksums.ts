import type { FilterArch } from "../seccomp/syscalls.ts";

/** SHA-256 of the helper's files; `helper/build.sh` makes them, and a test compares. */
export const CHECKSUMS: Readonly<Record<FilterArch, string>> = {
  x64: "201b7f32332e578bed3e7c646b647ed24f7376ca64fdaacbaf1988f9f5497719",
  arm64: "160cba72c203860bb500c7cf19b346f0ecce5c10aa35b414ce97929ff0d6ce1c",
};
