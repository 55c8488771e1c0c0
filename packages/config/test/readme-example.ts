import { ConfigError, editConfig, loadConfig } from "@heddle/config";

/** Chooses a model in the text of a configuration file, and says what a thread in `cwd` would run with. */
export async function chooseModel(home: string, cwd: string, text: string): Promise<string> {
  const edited = await editConfig(text, [{ type: "set", path: ["model"], value: "o3" }]);
  try {
    const config = await loadConfig({ home, cwd, env: {}, overrides: ["sandbox_mode=workspace-write"] });
    return `${edited}# ${config.modelProvider}, ${config.sandboxPolicy.type}, ${config.approvalPolicy}`;
  } catch (error) {
    if (error instanceof ConfigError) return `${error.failure.file}:${error.failure.line}: ${error.failure.reason}`;
    throw error;
  }
}
