import type { OtelExporter, OtelTls } from "@heddle/config";
import { readFile } from "node:fs/promises";

/** Where records are sent, ready for exporters. */
export interface OtlpTarget {
  /** Null: the endpoint of the logs does not tell where these go, so they go nowhere. */
  readonly urls: { readonly logs: string; readonly traces: string | null; readonly metrics: string | null };
  readonly protocol: "binary" | "json";
  readonly headers: Readonly<Record<string, string>>;
  /** Certificates as PEM; null: those of the system. */
  readonly tls: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer } | null;
}

/** What keeps telemetry from being exported. The message is for the person who wrote the configuration. */
export class TelemetryError extends Error {
  override readonly name = "TelemetryError";
}

/**
 * The target that a configuration names; null when there is none. The endpoint takes logs; traces and metrics go beside
 * it where it ends in `/v1/logs`.
 * @throws TelemetryError
 */
export async function otlpTarget(exporter: OtelExporter): Promise<OtlpTarget | null> {
  switch (exporter.type) {
    case "none":
      return null;
    case "otlp-grpc":
      throw new TelemetryError("otlp-grpc is not supported: set otel.exporter.otlp-http, which every collector takes");
    case "otlp-http": {
      const { endpoint, protocol, headers, tls } = exporter;
      if (!URL.canParse(endpoint)) throw new TelemetryError(`otel endpoint \`${endpoint}\` is no URL`);
      const beside = (signal: string): string | null =>
        /\/v1\/logs\/?$/.test(endpoint) ? endpoint.replace(/logs\/?$/, signal) : null;
      const urls = { logs: endpoint, traces: beside("traces"), metrics: beside("metrics") };
      return { urls, protocol, headers, tls: tls === null ? null : await readCertificates(tls) };
    }
  }
}

async function readCertificates(tls: OtelTls): Promise<NonNullable<OtlpTarget["tls"]>> {
  const read = async (path: string | null): Promise<Buffer | null> => {
    if (path === null) return null;
    return readFile(path).catch((cause: unknown) => {
      throw new TelemetryError(`cannot read the certificate ${path}: ${String(cause)}`, { cause });
    });
  };
  const [ca, cert, key] = await Promise.all([
    read(tls.caCertificate),
    read(tls.clientCertificate),
    read(tls.clientPrivateKey),
  ]);
  return { ...(ca === null ? {} : { ca }), ...(cert === null ? {} : { cert }), ...(key === null ? {} : { key }) };
}
