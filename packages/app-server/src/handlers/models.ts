import type { Model, ModelProviderSummary } from "@heddle/protocol";
import { toRpcError } from "../errors.ts";
import type { OfferedModel, OfferedProvider } from "../host.ts";
import type { Dialect } from "../dialect.ts";
import type { Handler } from "./handler.ts";
import { offsetPage } from "./offset-page.ts";

/** `model/list`: a page of the models to choose from. The set does not depend on who is logged in. */
export const listModels: Handler<"model/list"> = async ({ cursor, limit, includeHidden }, { session }) => {
  const { host, dialect } = session;
  const config = await host.loadConfig({}).catch((error) => {
    throw toRpcError(error, "listing models");
  });
  const models = await host.listModels(config);
  const offered = models.filter(({ isHidden }) => includeHidden === true || !isHidden);
  const { data, nextCursor } = offsetPage(offered, { cursor, limit, what: "models" });
  return { data: data.map((model) => viewModel(model, dialect)), nextCursor };
};

function viewModel(model: OfferedModel, dialect: Dialect): Model {
  const { id, displayName, description, supportedEfforts, defaultEffort, isDefault } = model;
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
    ...(dialect === "newer"
      ? {
          upgrade: model.upgrade,
          hidden: model.isHidden,
          inputModalities: model.takesImages ? ["text", "image"] : ["text"],
          supportsPersonality: false,
        }
      : {}),
  };
}

/** `modelProvider/list`: the providers that there are, and which one new threads use. */
export const listModelProviders: Handler<"modelProvider/list"> = async (_, { session }) => {
  const { host } = session;
  try {
    const config = await host.loadConfig({});
    return {
      data: host.listProviders(config).map(viewProvider),
      defaultProviderId: config.modelProvider,
      canChangeDefault: true,
    };
  } catch (error) {
    throw toRpcError(error, "listing models");
  }
};

function viewProvider({ id, name, baseUrl, isBuiltIn, auth }: OfferedProvider): ModelProviderSummary {
  return { id, name, baseUrl, canEdit: !isBuiltIn, settings: viewAuth(auth) };
}

function viewAuth(auth: OfferedProvider["auth"]): ModelProviderSummary["settings"] {
  if (auth === "login") return { type: "openai" };
  if (typeof auth === "object") {
    return { type: "customGateway", auth: { mode: "environmentVariable", envKey: auth.envKey } };
  }
  return { type: "customGateway", auth: { mode: auth === "none" ? "none" : "externallyConfigured" } };
}
