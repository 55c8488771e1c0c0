import { decide, parsePolicy } from "@heddle/execpolicy";

const policy = parsePolicy([{ path: "team.codexpolicy", text: 'prefix_rule(["npm", "test"])' }]);
export const decision = decide(policy, {
  argv: ["bash", "-lc", "npm test && git push"],
  approvalPolicy: "untrusted",
  sandbox: "workspace-write",
  escalated: false,
  justification: null,
});
// outcome "ask", proposedAmendment ["git", "push"], and evaluation says why, command by command
