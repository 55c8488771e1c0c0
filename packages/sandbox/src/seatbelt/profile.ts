import { hasNetwork, type SandboxPolicy } from "../policy.ts";
import type { WritableRoot } from "../writable-roots.ts";

/** What a profile is made from; all paths absolute and real. */
export interface ProfileInput {
  readonly policy: SandboxPolicy;
  readonly roots: readonly WritableRoot[];
  /** Files and folders that cannot be read. */
  readonly hidden: readonly string[];
  readonly allowUnixSockets: boolean;
  /** Where the system's network libraries keep what they have looked up; null: nowhere that may be written. */
  readonly cacheFolder: string | null;
}

/** A Seatbelt profile, and the values of the parameters that it names. */
export interface Profile {
  readonly text: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Always allowed: processes of the command's own, and what nearly every program asks the system. */
const BASE = `(version 1)
(deny default)
(allow process-exec process-fork)
(allow signal process-info* (target same-sandbox))
(allow user-preference-read)
(allow file-write-data (require-all (literal "/dev/null") (vnode-type CHARACTER-DEVICE)))
(allow sysctl-read
  (sysctl-name-prefix "hw.")
  (sysctl-name-prefix "machdep.cpu.")
  (sysctl-name-prefix "kern.os")
  (sysctl-name-prefix "kern.proc.")
  (sysctl-name-prefix "net.routetable")
  (sysctl-name "kern.version" "kern.hostname" "kern.argmax" "kern.maxfilesperproc" "kern.maxproc")
  (sysctl-name "kern.ngroups" "kern.secure_kernel" "kern.usrstack64" "vm.loadavg"))
(allow sysctl-write (sysctl-name "kern.grade_cputype"))
(allow iokit-open (iokit-registry-entry-class "RootDomainUserClient"))
(allow mach-lookup
  (global-name "com.apple.system.opendirectoryd.libinfo")
  (global-name "com.apple.PowerManagement.control"))
(allow ipc-posix-sem)
(allow pseudo-tty)
(allow file-read* file-write* file-ioctl (literal "/dev/ptmx"))
(allow file-read* file-write*
  (require-all (regex #"^/dev/ttys[0-9]+$") (extension "com.apple.sandbox.pty")))
(allow file-ioctl (regex #"^/dev/ttys[0-9]+$"))
(allow file-read*)
`;

const NETWORK = `(allow network-outbound network-inbound system-socket)
(allow mach-lookup
  (global-name "com.apple.SystemConfiguration.DNSConfiguration")
  (global-name "com.apple.SystemConfiguration.configd")
  (global-name "com.apple.SecurityServer")
  (global-name "com.apple.trustd.agent")
  (global-name "com.apple.ocspd")
  (global-name "com.apple.networkd"))
`;

/** Sockets that are files: services of the machine would do on a command's behalf what it may not. */
const NO_UNIX_SOCKETS = `(deny network-outbound (remote unix-socket))
(deny network-bind (local unix-socket))
`;
const UNIX_SOCKETS = `(allow system-socket (socket-domain AF_UNIX))
(allow network-bind (local unix-socket))
(allow network-outbound (remote unix-socket))
`;

/**
 * The profile for macOS: closed by default, reads everywhere but what is hidden, writes below the roots but not below what
 * is protected in them, there or not. Of several rules that fit, the last one counts. Source: the sandbox specification,
 * sections 2 and 9.3.
 */
export function seatbeltProfile({ policy, roots, hidden, allowUnixSockets, cacheFolder }: ProfileInput): Profile {
  const parameters: Record<string, string> = {};
  const parameter = (name: string, value: string): string => {
    parameters[name] = value;
    return `(subpath (param "${name}"))`;
  };
  const writes = roots.map(({ root, readOnlySubpaths }, at) => {
    const excepted = readOnlySubpaths.map(
      (path, index) => ` (require-not ${parameter(`WRITABLE_ROOT_${at}_RO_${index}`, path)})`,
    );
    return `(allow file-write* (require-all ${parameter(`WRITABLE_ROOT_${at}`, root)}${excepted.join("")}))\n`;
  });
  const network = hasNetwork(policy);
  const cache = network && cacheFolder !== null ? `(allow file-write* ${parameter("CACHE", cacheFolder)})\n` : "";
  const unseen = hidden.map((path, at) => `(deny file-read* file-write* ${parameter(`HIDDEN_${at}`, path)})\n`);
  const text = [
    BASE,
    ...writes,
    network ? NETWORK : "",
    cache,
    allowUnixSockets ? UNIX_SOCKETS : network ? NO_UNIX_SOCKETS : "",
    ...unseen,
  ].join("");
  return { text, parameters };
}
