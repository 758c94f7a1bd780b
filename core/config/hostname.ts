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
    const isLast = at === name.length - 1;
    if (/[A-Za-z0-9_]/.test(character)) {
      if (++labelLength > LONGEST_LABEL) return `hostname label too long: ${cut(name)}`;
    } else if (character === '.') {
      if (labelLength === 0 || isLast) return `misplaced delimiter: ${cut(name)}`;
      labelLength = 0;
    } else if (character === '-') {
      if (++labelLength === 1 || isLast || name[at + 1] === '.') return `misplaced hyphen: ${cut(name)}`;
    } else {
      const [byte = 0] = Buffer.from(name.slice(at));
      return `invalid character ${byte}(decimal): ${cut(name)}`;
    }
  }
  return undefined;
}

function wholeProblem(name: string): string | undefined {
  if (/^[0-9.]*$/.test(name)) return `numeric hostname: ${cut(name)}`;
  if (name.length > LONGEST_NAME) return `bad length ${name.length} for ${cut(name)}...`;
  return undefined;
}

function cut(name: string): string {
  return name.slice(0, 100);
}
