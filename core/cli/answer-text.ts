/** What a call answered with instead of a result, as text for people. */
import type { Problem } from '../api/contract/common.ts';

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'message' in value && 'file' in value && 'line' in value;

function problemsIn(error: Error): readonly Problem[] {
  const data: unknown = 'data' in error ? error.data : undefined;
  const problems: unknown =
    typeof data === 'object' && data !== null && 'problems' in data ? data.problems : [];
  return Array.isArray(problems) ? problems.filter(isProblem) : [];
}

/** The message, and below it each problem of the configuration with its place. */
export function answerText(error: Error): string {
  const lines = problemsIn(error).map(({ file, line, message }) =>
    line > 0 ? `  ${file}:${line}: ${message}` : `  ${file}: ${message}`,
  );
  return [error.message, ...lines].join('\n');
}
