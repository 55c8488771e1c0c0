import { number, table } from "../field.ts";

const required = true as const;

/** `[model_prices.<prefix>]`: what models whose slug begins so cost; for limits in money. */
export const modelPriceField = table(
  {
    input: { ...number({ doc: "US dollars for a million tokens of input." }), required },
    cached_input: number({
      doc: "US dollars for a million tokens of input that the provider had cached.",
      default: "that of `input`",
    }),
    output: { ...number({ doc: "US dollars for a million tokens of output." }), required },
  },
  { doc: "What the models whose slug begins with the prefix cost." },
);
