import type { JsonObject } from "../json.ts";

/** A question of a server to the person at the other end. */
export type Elicitation =
  | {
      readonly mode: "form";
      readonly message: string;
      /** The flat JSON Schema that the content of an answer has to fit. */
      readonly requestedSchema: JsonObject;
    }
  | { readonly mode: "url"; readonly message: string; readonly url: string; readonly elicitationId: string };

/** What a person, or nobody, says to it. */
export type ElicitationAnswer =
  /** `content` is null for a link that was followed, and from clients that give none. */
  | { readonly action: "accept"; readonly content: JsonObject | null }
  | { readonly action: "decline" }
  | { readonly action: "cancel" };
