/** Which characters of somebody else's words may stand in a text that is ours: the `*_expansion_filter` parameters. */

/** Characters outside of the filter become `_`; an empty filter lets all through. */
export function censor(value: string, filter: string): string {
  if (filter === '') return value;
  let result = '';
  for (const character of value) result += filter.includes(character) ? character : '_';
  return result;
}
