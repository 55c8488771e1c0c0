import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seccompFilter } from "./filter.ts";
import { DENIED_SYSCALLS, EXAMINED_SYSCALLS, SOCKET_SYSCALLS, TRUNCATE, type FilterArch } from "./syscalls.ts";

interface Call {
  readonly audit: number;
  readonly number: number;
  /** As the registers have them: 64 bits each. */
  readonly args?: readonly bigint[];
}

const AUDIT = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;
const ALLOWED = "allowed";
const EPERM = "errno 1";
const ENOSYS = "errno 38";

/** Runs a filter as the kernel does: an interpreter for the few operations that it is written in. */
function run(program: Uint8Array, { audit, number, args = [] }: Call): string {
  const memory = new DataView(new ArrayBuffer(64));
  memory.setUint32(0, number, true);
  memory.setUint32(4, audit, true);
  for (const [index, argument] of args.entries())
    memory.setBigUint64(16 + index * 8, BigInt.asUintN(64, argument), true);
  const code = new DataView(program.buffer);
  let accumulator = 0;
  for (let position = 0; position * 8 < program.length; position += 1) {
    const [operation, jt, jf] = [
      code.getUint16(position * 8, true),
      code.getUint8(position * 8 + 2),
      code.getUint8(position * 8 + 3),
    ];
    const k = code.getUint32(position * 8 + 4, true);
    if (operation === 0x20) accumulator = memory.getUint32(k, true);
    else if (operation === 0x54) accumulator = (accumulator & k) >>> 0;
    else if (operation === 0x15) position += accumulator === k ? jt : jf;
    else if (operation === 0x35) position += accumulator >= k ? jt : jf;
    else if (operation === 0x45) position += (accumulator & k) === 0 ? jf : jt;
    else if (operation === 0x06) return describeAnswer(k);
    else throw new Error(`unknown operation ${operation}`);
  }
  throw new Error("ran over the end");
}

function describeAnswer(k: number): string {
  if (k === 0x7fff0000) return ALLOWED;
  if (k === 0x80000000) return "killed";
  return k >>> 16 === 5 ? `errno ${k & 0xffff}` : `answer ${k}`;
}

describe.each(["x64", "arm64"] as const)("the filter for %s", (arch: FilterArch) => {
  const filter = seccompFilter({ arch, sockets: "internet" });
  const examined = EXAMINED_SYSCALLS[arch];
  const call = (number: number, ...args: number[]): string =>
    run(filter, { audit: AUDIT[arch], number, args: args.map(BigInt) });

  test.each(Object.entries(DENIED_SYSCALLS))("%s is refused", (_, numbers) => {
    expect(call(numbers[arch])).toBe(EPERM);
  });

  test("sockets of the internet families can be made, of all others not", () => {
    const allowed = Array.from({ length: 64 }, (_, family) => family).filter(
      (family) => call(examined.socket, family) === ALLOWED,
    );
    expect(allowed).toEqual([2, 10]);
    expect(call(examined.socket, 1)).toBe(EPERM);
  });

  test("AF_UNIX sockets can be made where they are allowed", () => {
    const open = seccompFilter({ arch, sockets: "internetAndUnix" });
    expect(run(open, { audit: AUDIT[arch], number: examined.socket, args: [1n] })).toBe(ALLOWED);
    expect(run(open, { audit: AUDIT[arch], number: examined.socket, args: [16n] })).toBe(EPERM);
  });

  test("pairs are connected ones of AF_UNIX: one of datagrams could send to any path", () => {
    const [STREAM, DATAGRAM, RAW, SEQPACKET, FLAGS] = [1, 2, 3, 5, 0o2004000];
    for (const type of [STREAM, SEQPACKET]) {
      expect(call(examined.socketpair, 1, type)).toBe(ALLOWED);
      expect(call(examined.socketpair, 1, type | FLAGS)).toBe(ALLOWED);
      expect(call(examined.socketpair, 2, type)).toBe(EPERM);
    }
    for (const type of [DATAGRAM, RAW, DATAGRAM | FLAGS]) expect(call(examined.socketpair, 1, type)).toBe(EPERM);
  });

  test("without a network namespace no socket is made or connected, and old Landlocks get help with truncate", () => {
    const strict = seccompFilter({ arch, sockets: "none", withoutTruncate: true });
    const answers = (number: number): string => run(strict, { audit: AUDIT[arch], number, args: [2n, 1n] });
    expect(answers(examined.socket)).toBe(EPERM);
    for (const numbers of [...Object.values(SOCKET_SYSCALLS), TRUNCATE]) {
      expect(answers(numbers[arch])).toBe(EPERM);
      expect(call(numbers[arch])).toBe(ALLOWED);
    }
    expect(run(strict, { audit: AUDIT[arch], number: examined.socketpair, args: [1n, 1n] })).toBe(ALLOWED);
  });

  test("the upper half of an int argument changes nothing, as the kernel does not read it either", () => {
    const disguised = (1n << 40n) + 16n;
    expect(run(filter, { audit: AUDIT[arch], number: examined.socket, args: [disguised] })).toBe(EPERM);
    expect(run(filter, { audit: AUDIT[arch], number: examined.ioctl, args: [0n, (7n << 32n) + 0x5412n] })).toBe(EPERM);
  });

  test("clone makes processes and threads but no namespaces, clone3 is not there", () => {
    const THREAD = 0x3d0f00;
    expect(call(examined.clone, 17)).toBe(ALLOWED);
    expect(call(examined.clone, THREAD)).toBe(ALLOWED);
    for (const flag of [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000]) {
      expect(call(examined.clone, flag | 17)).toBe(EPERM);
    }
    expect(call(examined.clone3, 0)).toBe(ENOSYS);
  });

  test("nothing is put into a terminal's input", () => {
    expect(call(examined.ioctl, 0, 0x5412)).toBe(EPERM);
    expect(call(examined.ioctl, 0, 0x541c)).toBe(EPERM);
    expect(call(examined.ioctl, 0, 0x5401)).toBe(ALLOWED);
  });

  test("a program for another architecture is killed, whatever it calls", () => {
    const others = fc.integer({ min: 0, max: 0xffffffff }).filter((audit) => audit !== AUDIT[arch]);
    fc.assert(
      fc.property(others, fc.nat(600), (audit, number) => {
        expect(run(filter, { audit, number })).toBe("killed");
      }),
    );
  });

  test("every call that is not named passes, whatever its arguments", () => {
    const named = new Set([
      ...Object.values(DENIED_SYSCALLS).map((numbers) => numbers[arch]),
      ...Object.values(examined),
    ]);
    const unnamed = fc.nat(1000).filter((number) => !named.has(number));
    fc.assert(
      fc.property(
        unnamed,
        fc.array(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), { maxLength: 6 }),
        (number, args) => {
          expect(run(filter, { audit: AUDIT[arch], number, args })).toBe(ALLOWED);
        },
      ),
    );
  });

  test("it is a page at most", () => {
    expect(filter.length).toBeLessThan(1024);
    expect(filter.length % 8).toBe(0);
  });
});

test("numbers of the x32 interface are refused on x64, where they would pass every comparison", () => {
  const filter = seccompFilter({ arch: "x64", sockets: "internetAndUnix" });
  fc.assert(
    fc.property(fc.integer({ min: 0x40000000, max: 0xffffffff }), (number) => {
      expect(run(filter, { audit: AUDIT.x64, number, args: [2n] })).toBe(EPERM);
    }),
  );
});
