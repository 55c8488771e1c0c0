import { choice, flag, list, table, text } from "../field.ts";

const EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh"] as const;

/** `[models.<slug>]`: a model to choose from, beside those that the provider lists. */
export const modelField = table(
  {
    provider: text({ doc: "The provider that has it, by its id.", default: "whichever is in use" }),
    display_name: text({ doc: "Name for people.", default: "the slug" }),
    description: text({ doc: "What it is good for." }),
    reasoning_efforts: list(choice(EFFORTS, { doc: "A reasoning effort." }), {
      doc: "The reasoning efforts that it knows.",
      default: "those of its family",
    }),
    default_reasoning_effort: choice(EFFORTS, { doc: "The effort that is offered first." }),
    hidden: flag({ doc: "Known, and not offered.", default: "false" }),
  },
  { doc: "A model to choose from." },
);
