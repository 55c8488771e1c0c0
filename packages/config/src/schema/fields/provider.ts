import { choice, flag, integer, map, table, text } from "../field.ts";

/** The longest list of tries that makes sense; more is cut to it when the configuration is resolved. */
export const MAX_RETRIES = 100;

/** `[model_providers.<id>]`. Source: configuration spec, section 3.1; models spec, sections 4 and 9.5. */
export const providerField = table(
  {
    name: text({ doc: "Name for people.", required: true }),
    base_url: text({ doc: "Base URL of the API; the path of the call is added to it." }),
    env_key: text({ doc: "Environment variable that holds the key. A turn fails when it is named and not set." }),
    env_key_instructions: text({ doc: "How to get the key; shown when the variable is not set." }),
    experimental_bearer_token: text({ doc: "The key itself. Prefer `env_key`: this file is easily shared." }),
    wire_api: choice(["responses", "chat", "anthropic", "gemini"], {
      doc: "The API that the endpoint speaks.",
      default: '"chat"',
    }),
    query_params: map(text({ doc: "Value of the parameter." }), {
      keyName: "name",
      doc: "Query parameters added to each request.",
    }),
    http_headers: map(text({ doc: "Value of the header." }), {
      keyName: "name",
      doc: "Headers added to each request.",
    }),
    env_http_headers: map(text({ doc: "Name of the variable." }), {
      keyName: "name",
      doc: "Headers whose values are read from environment variables; left out while a variable is unset or blank.",
    }),
    request_max_retries: integer({
      doc: `Tries after a request that got no answer or a server error; at most ${MAX_RETRIES} count.`,
      default: "4",
    }),
    stream_max_retries: integer({
      doc: `Tries after a stream that broke off; at most ${MAX_RETRIES} count.`,
      default: "5",
    }),
    stream_idle_timeout_ms: integer({ doc: "The longest silence on a stream, in milliseconds.", default: "300000" }),
    requires_openai_auth: flag({ doc: "Send the stored login to this provider.", default: "false" }),
    api_version: text({ doc: "Version header of the Anthropic API." }),
    max_output_tokens: integer({ doc: "Limit of one answer, in tokens.", min: 1 }),
    auth: choice(["bearer", "x-api-key", "x-goog-api-key", "none"], {
      doc: "Where the key goes: `Authorization: Bearer`, a header of its own, or nowhere.",
    }),
    proxy: text({
      doc: "URL of an HTTP or SOCKS proxy; an empty string for none.",
      default: "HTTPS_PROXY and NO_PROXY",
    }),
    dialect: table(
      {
        reasoning_field: choice(["reasoning", "reasoning_content", "echo", "none"], {
          doc: "The member that carries reasoning back; `echo` is the one that it came with.",
        }),
        developer_role: flag({ doc: "Takes messages with the role `developer`." }),
        parallel_tool_calls: flag({ doc: "Takes the switch for parallel tool calls." }),
        stream_usage: flag({ doc: "Reports token usage at the end of a stream when asked to." }),
        reasoning_effort: flag({ doc: "Takes a reasoning effort." }),
        images: flag({ doc: "Takes images." }),
        max_tokens_field: choice(["max_tokens", "max_completion_tokens"], {
          doc: "The name of the limit of an answer.",
        }),
      },
      { doc: "What a Chat Completions endpoint understands, where its host name does not tell." },
    ),
  },
  { doc: "An endpoint and how to talk to it. A built-in id cannot be redefined." },
);
