import { itemId } from "@heddle/protocol";
import * as Type from "@sinclair/typebox";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { toContentItems } from "../context/user-input.ts";
import { describeParameter, describeViewImage } from "../context/instructions/tool-descriptions.ts";
import { textOutput } from "./output.ts";
import { defineFunctionTool, functionSpec, type OfferedTool } from "./tool.ts";

const Input = Type.Object(
  { path: Type.String({ description: describeParameter.imagePath }) },
  { additionalProperties: false },
);

/** `view_image`: shows a local image to the model, as a user message behind the outputs of the response. */
export const viewImageTool: OfferedTool = {
  tool: defineFunctionTool({
    name: "view_image",
    admission: "parallel",
    input: Input,
    handle: async ({ path: wanted }, call, context) => {
      const path = resolve(context.settings.cwd, wanted);
      if (!(await context.files.isReadable(path))) {
        return textOutput(`unable to locate image at \`${path}\`: permission denied`);
      }
      const missing = await whyNoFile(path);
      if (missing !== null) return textOutput(missing);
      const { content } = await toContentItems([{ type: "localImage", path }], { cwd: context.settings.cwd });
      const parts = content.filter((part) => part.type !== "output_text");
      context.items.add({ type: "imageView", id: itemId(call.callId), path });
      context.tellModel(parts);
      return textOutput("attached local image path");
    },
  }),
  spec: functionSpec("view_image", describeViewImage, Input),
};

async function whyNoFile(path: string): Promise<string | null> {
  try {
    const info = await stat(path);
    return info.isFile() ? null : `image path \`${path}\` is not a file`;
  } catch (error) {
    return `unable to locate image at \`${path}\`: ${error instanceof Error ? error.message : String(error)}`;
  }
}
