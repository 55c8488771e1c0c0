import { resolve } from "node:path";
import type { ConfigTable } from "../schema/fields/root.ts";
import type { OtelExporter, OtelTls, ResolvedConfig } from "./resolved-config.ts";

type OtelTable = Exclude<ConfigTable["otel"], undefined>;
type TlsTable = { readonly [K in "ca-certificate" | "client-certificate" | "client-private-key"]?: string };

/** `[otel]`; certificate files are relative to the home. */
export function resolveOtel(table: OtelTable = {}, home: string): ResolvedConfig["otel"] {
  return {
    logUserPrompt: table.log_user_prompt ?? false,
    environment: table.environment ?? "dev",
    exporter: resolveExporter(table.exporter, home),
  };
}

function resolveExporter(table: OtelTable["exporter"], home: string): OtelExporter {
  if (table === undefined || table === "none") return { type: "none" };
  const http = table["otlp-http"];
  if (http !== undefined) {
    const { endpoint, headers = {}, protocol, tls } = http;
    return { type: "otlp-http", endpoint, headers, protocol, tls: resolveTls(tls, home) };
  }
  const grpc = table["otlp-grpc"];
  if (grpc === undefined) return { type: "none" };
  const { endpoint, headers = {}, tls } = grpc;
  return { type: "otlp-grpc", endpoint, headers, tls: resolveTls(tls, home) };
}

function resolveTls(table: TlsTable | undefined, home: string): OtelTls | null {
  if (table === undefined) return null;
  const path = (file: string | undefined): string | null => (file === undefined ? null : resolve(home, file));
  return {
    caCertificate: path(table["ca-certificate"]),
    clientCertificate: path(table["client-certificate"]),
    clientPrivateKey: path(table["client-private-key"]),
  };
}
