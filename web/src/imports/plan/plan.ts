/** The plan of an import: its fields, its counts, and its filters in the route. */

import type { Schema } from "../../api/client";
import type { paths } from "../../api/schema";
import type { ImportJob } from "../../jobs/job";
import { FIELDS } from "../../products/fields";

export type Plan = NonNullable<ImportJob["plan"]>;
export type PlannedChange = Schema["PlannedChange"];
export type Action = PlannedChange["action"];
export type OnDrift = NonNullable<Schema["ApplyPlan"]["on_drift"]>;
type ListQuery = NonNullable<paths["/imports/{job_id}/changes"]["get"]["parameters"]["query"]>;
export type ChangedField = NonNullable<ListQuery["field"]>;

/** Which of the changes are shown. */
export interface ChangeFilters {
  action?: Action;
  field?: ChangedField;
}

/** The fields that can change, with their labels, in the order of the table. */
export const CHANGED_FIELDS: [ChangedField, string][] = [
  ...FIELDS.map(({ name, label }): [ChangedField, string] => [name, label]),
  ["attributes", "Attributes"],
];

/** `Record` lists every action of the API, otherwise it doesn't compile. */
export const ACTIONS: Record<Action, string> = {
  updated: "Updated",
  created: "Created",
  missing: "Missing",
};

export function readFilters(parameters: URLSearchParams): ChangeFilters {
  const action = (Object.keys(ACTIONS) as Action[]).find((one) => one === parameters.get("action"));
  const field = CHANGED_FIELDS.find(([name]) => name === parameters.get("field"))?.[0];
  return { ...(action && { action }), ...(field && { field }) };
}

/** Return how many products a plan changes. */
export function countChanges({ counts }: Plan): number {
  return counts.created + counts.updated + counts.missing;
}

/** Return how many changes match the filters. */
export function countMatching(plan: Plan, { action, field }: ChangeFilters): number {
  if (field) return plan.fields[field] ?? 0;
  return action ? plan.counts[action] : countChanges(plan);
}
