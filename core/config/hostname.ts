/** Host names as Postfix accepts them (valid_hostname(3)): RFC 1034 labels, with underscores. */
const LONGEST_LABEL = 63;
const LONGEST_NAME = 255;

/** Postfix's warning about a host name it refuses; undefined for a good one. */
export function hostnameProblem(name: string): string | undefined {
  const problem = name === '' ? 'empty hostname' : (characterProblem(name) ?? wholeProblem(name));
  return problem === undefined ? undefined : `valid_hostname: ${problem}`;
}

function characterProblem(name: string): string | undefined {
  let labelLength = 0;
  for (let at = 0; at < name.length; at++) {
    const character = name[at] ?? '';
    const next = name[at + 1];
    if (character === '.') {
      if (labelLength === 0 || next === undefined) return `misplaced delimiter: ${cut(name)}`;
      labelLength = 0;
      continue;
    }
    const problem = inLabel(character, {
      isFirst: ++labelLength === 1,
      isLast: next === undefined || next === '.',
    });
    if (problem !== undefined) return `${problem}: ${cut(name)}`;
    if (labelLength > LONGEST_LABEL) return `hostname label too long: ${cut(name)}`;
  }
  return undefined;
}

function inLabel(character: string, place: { isFirst: boolean; isLast: boolean }): string | undefined {
  if (/[A-Za-z0-9_]/.test(character)) return undefined;
  if (character === '-') return place.isFirst || place.isLast ? 'misplaced hyphen' : undefined;
  const [byte = 0] = Buffer.from(character);
  return `invalid character ${byte}(decimal)`;
}

function wholeProblem(name: string): string | undefined {
  if (/^[0-9.]*$/.test(name)) return `numeric hostname: ${cut(name)}`;
  if (name.length > LONGEST_NAME) return `bad length ${name.length} for ${cut(name)}...`;
  return undefined;
}

function cut(name: string): string {
  return name.slice(0, 100);
}
