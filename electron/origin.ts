/** The app's own scheme and what it serves from. */
export const SCHEME = 'sandpost';
export const APP_ORIGIN = `${SCHEME}://app`;
