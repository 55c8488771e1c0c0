import type { Model } from "@heddle/protocol";
import type { OfferedModel } from "../host.ts";
import type { Handler } from "./handler.ts";
import { offsetPage } from "./offset-page.ts";

/** `model/list`: a page of the models to choose from. The set does not depend on who is logged in. */
export const listModels: Handler<"model/list"> = ({ cursor, limit }, { session }) => {
  const { data, nextCursor } = offsetPage(session.host.listModels(), { cursor, limit, what: "models" });
  return { data: data.map(viewModel), nextCursor };
};

function viewModel({ id, displayName, description, supportedEfforts, defaultEffort, isDefault }: OfferedModel): Model {
  return {
    id,
    model: id,
    displayName,
    description,
    supportedReasoningEfforts: supportedEfforts.map((option) => ({
      reasoningEffort: option.effort,
      description: option.description,
    })),
    defaultReasoningEffort: defaultEffort,
    isDefault,
  };
}
