import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";

/**
 * One piece of what a person sends with a turn. A local image is read when the turn starts and shown as `image`. A skill
 * is one of `skills/list`: its text goes to the model; clients of December 2025 are shown its mention, `$name`, instead.
 */
export const UserInputSchema = Type.Named(
  "UserInput",
  Type.Tagged([
    Type.Object({ type: Type.Tag("text"), text: Type.String() }),
    Type.Object({ type: Type.Tag("image"), url: Type.String() }),
    Type.Object({ type: Type.Tag("localImage"), path: Type.String() }),
    Type.Object({ type: Type.Tag("skill"), name: Type.String(), path: Type.String() }),
  ]),
);
export type UserInput = Static<typeof UserInputSchema>;

/** A skill that is put into the input as an element of its own. */
export type SkillInput = Extract<UserInput, { type: "skill" }>;

/** What of it was there in December 2025. */
export type PlainInput = Exclude<UserInput, SkillInput>;

/** The text that stands for a skill where no skill may; null when a text of the person names it already. */
export function mentionOf({ name }: SkillInput, content: readonly UserInput[]): string | null {
  const mention = `$${name}`;
  return content.some((part) => part.type === "text" && part.text.includes(mention)) ? null : mention;
}

/** The same input with mentions in the place of skills. */
export function mentionSkills(content: readonly UserInput[]): PlainInput[] {
  return content.flatMap((part): PlainInput[] => {
    if (part.type !== "skill") return [part];
    const text = mentionOf(part, content);
    return text === null ? [] : [{ type: "text", text }];
  });
}
