import type { z } from "zod";

/** A schema for a field that may be left out or `null`, both of which become `undefined`. */
export function absentAsUndefined<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined);
}
