/** `service_name/type/...` as `postconf -M`, `-F` and `-P` take it. `*` stands for any. */

/** The parts; undefined when there are too few or too many, or one holds a `*` among other text. */
export function parseServicePattern(
  text: string,
  fewest: number,
  most: number,
): readonly string[] | undefined {
  const parts = text.split('/').filter((part) => part !== '');
  if (parts.length < fewest || parts.length > most) return undefined;
  return parts.every((part) => part === '*' || !part.includes('*')) ? parts : undefined;
}
