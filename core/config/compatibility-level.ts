/** `compatibility_level` (postconf(5)): major.minor.patch, compared number by number by the `<=level` operators. */
export interface LevelProblem {
  readonly problem: string;
}

/** So that a level is one exact number. */
const LARGEST_PART = 0xffff;

/** The level as one number, or what is wrong with it. */
export function parseCompatibilityLevel(text: string): number | LevelProblem {
  const bad = { problem: `malformed compatibility level syntax: "${text}"` };
  const match = /^[ \t\n\v\f\r]*\+?(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(text);
  if (match === null) return bad;
  const [major = 0, minor = 0, patch = 0] = match
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  if (major > LARGEST_PART || minor > LARGEST_PART || patch > LARGEST_PART) return bad;
  return (major * (LARGEST_PART + 1) + minor) * (LARGEST_PART + 1) + patch;
}

/** Negative, zero or positive. */
export function compareCompatibilityLevels(a: string, b: string): number | LevelProblem {
  const left = parseCompatibilityLevel(a);
  if (typeof left !== 'number') return left;
  const right = parseCompatibilityLevel(b);
  return typeof right === 'number' ? left - right : right;
}
