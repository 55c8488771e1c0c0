// What the bundle has in place of the MCP SDK's own `_shims`, which bring a JSON Schema validator of 290 kB. Every client
// and server of ours is made with a validator, so that this one is never called.
export { default as process } from "node:process";

export const CORS_IS_POSSIBLE = false;

export class DefaultJsonSchemaValidator {
  getValidator() {
    throw new Error("the bundle has no JSON Schema validator: give the MCP client or server its own");
  }
}
