import { defineNotification } from "../define.ts";

export const initialized = defineNotification({
  method: "initialized",
  direction: "clientToServer",
  params: null,
  doc: "The client has read the answer to `initialize`. Accepted, not required.",
});
