import { readdirSync } from "node:fs";
import { readSmallFile } from "./paths.ts";

const O_CLOEXEC = 0o2000000;

/**
 * Descriptors beyond the standard ones that a child of ours would inherit. Node opens its own so that children do not,
 * and closes few of those that it was started with. Empty where the system has no /proc.
 */
export function inheritedDescriptors(): number[] {
  let names: string[];
  try {
    names = readdirSync("/proc/self/fd");
  } catch {
    return [];
  }
  return names.map(Number).filter((descriptor) => {
    if (descriptor <= 2) return false;
    const flags = /^flags:\s*([0-7]+)/m.exec(readSmallFile(`/proc/self/fdinfo/${descriptor}`) ?? "")?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & O_CLOEXEC) === 0;
  });
}

/** A descriptor of ours, none, or one end of a new channel. */
export type LaunchDescriptor = number | null | "pipe";

/** What a child would inherit, and an open file to put in the place of each. */
export interface InheritedDescriptors {
  readonly inherited: readonly number[];
  readonly blank: number;
}

/**
 * The descriptors of a child from 3 on: `own` in their order, then blanks in the place of those that it would inherit.
 * Null: nothing there.
 */
export function childDescriptors(
  own: readonly LaunchDescriptor[],
  { inherited, blank }: InheritedDescriptors,
): LaunchDescriptor[] {
  const slots: LaunchDescriptor[] = [...own];
  for (let descriptor = 3 + own.length; descriptor <= Math.max(2, ...inherited); descriptor += 1) {
    slots.push(inherited.includes(descriptor) ? blank : null);
  }
  return slots;
}
