import type { PlanType } from "@heddle/protocol";

/** A plan as the service spells it, as clients know it. */
export function readPlanType(plan: string): PlanType {
  switch (plan) {
    case "free":
    case "plus":
    case "pro":
    case "team":
    case "business":
    case "enterprise":
    case "edu":
      return plan;
    case "education":
      return "edu";
    default:
      return "unknown";
  }
}
