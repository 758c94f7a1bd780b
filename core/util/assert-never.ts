/** Closes a switch over a union: the compiler refuses a missing case, and a value from outside is an error. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
