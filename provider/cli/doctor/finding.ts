/** How a finding counts; only a problem makes the command fail. `skipped`: the check could not be done. */
export type Level = "ok" | "notice" | "problem" | "skipped";

/** What a check found. None of its texts holds a secret. */
export interface Finding {
  readonly level: Level;
  /** What is so, in one line. */
  readonly title: string;
  /** More about it. */
  readonly detail?: string | undefined;
  /** What to do about it: commands, or an exact edit. */
  readonly mend?: string | undefined;
}

/** The findings of a check, and what later checks need of it. */
export interface Examined<T> {
  readonly findings: readonly Finding[];
  /** Absent if it could not be found out: checks that need it are skipped. */
  readonly value?: T | undefined;
}

/** A finding that all is well. */
export function ok(title: string): Finding {
  return { level: "ok", title };
}

/** A finding of something that may be as it should. */
export function notice(title: string, more: { detail?: string; mend?: string } = {}): Finding {
  return { level: "notice", title, ...more };
}

/** A finding of something wrong. */
export function problem(title: string, more: { detail?: string | undefined; mend: string }): Finding {
  return { level: "problem", title, ...more };
}

/** Says that a check was not done, for what is wrong with `missing`. */
export function skipped(subject: string, missing: string): Finding {
  return { level: "skipped", title: `${subject}: skipped, for what is wrong with the ${missing} above` };
}
