import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";

const ThreadActiveFlagSchema = Type.Named("ThreadActiveFlag", Type.Enum(["waitingOnApproval", "waitingOnUserInput"]));
export type ThreadActiveFlag = Static<typeof ThreadActiveFlagSchema>;

/** What a thread is doing. `notLoaded`: it is only stored. `systemError`: its last turn failed. */
export const ThreadStatusSchema = Type.Named(
  "ThreadStatus",
  Type.Tagged([
    Type.Object({ type: Type.Tag("notLoaded") }),
    Type.Object({ type: Type.Tag("idle") }),
    Type.Object({ type: Type.Tag("systemError") }),
    Type.Object({ type: Type.Tag("active"), activeFlags: Type.Array(ThreadActiveFlagSchema) }),
  ]),
);
export type ThreadStatus = Static<typeof ThreadStatusSchema>;
