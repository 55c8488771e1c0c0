import { choice, either, flag, map, table, text } from "../field.ts";

const tls = table(
  {
    "ca-certificate": text({ doc: "File with the certificate authority, relative to the home." }),
    "client-certificate": text({ doc: "File with the client certificate, relative to the home." }),
    "client-private-key": text({ doc: "File with the client's key, relative to the home." }),
  },
  { doc: "Certificates of the connection." },
);
const endpoint = text({ doc: "Where to send to.", required: true });
const headers = map(text({ doc: "Value of the header." }), { keyName: "name", doc: "Headers of each request." });

/** `[otel]`. Source: configuration spec, section 3. */
export const otelField = table(
  {
    log_user_prompt: flag({ doc: "Export what the user wrote, too.", default: "false" }),
    environment: text({ doc: "Name of the environment in each record.", default: '"dev"' }),
    exporter: either(
      [
        choice(["none"], { doc: "Export nothing." }),
        table(
          {
            "otlp-http": table(
              {
                endpoint,
                headers,
                protocol: choice(["binary", "json"], { doc: "Encoding of the body.", required: true }),
                tls,
              },
              { doc: "OTLP over HTTP." },
            ),
            "otlp-grpc": table({ endpoint, headers, tls }, { doc: "OTLP over gRPC." }),
          },
          { doc: "One exporter." },
        ),
      ],
      { expected: '"none" or a table with one exporter', doc: "Where events go.", default: '"none"' },
    ),
  },
  { doc: "Export of events for operators." },
);
