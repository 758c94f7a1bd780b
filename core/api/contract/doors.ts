/**
 * Names that both ends of a door agree on. A browser page proves that it is ours by the token that stands in the
 * served page, which no other origin can read; scripts use the API token of the data folder instead.
 */
export const RPC_PATH = '/rpc';
export const OPENAPI_PATH = '/api';
export const WEBSOCKET_PATH = '/ws';

/** `<meta name="sandpost-token" content="...">` in the served page. */
export const TOKEN_META = 'sandpost-token';
/** Request header that carries it. A custom header, so that no other origin can send it without asking first. */
export const TOKEN_HEADER = 'x-sandpost-token';

/**
 * A browser cannot set headers on a WebSocket, so the token travels as a second protocol name:
 * `new WebSocket(url, webSocketProtocols(token))`.
 */
export const WEBSOCKET_PROTOCOL = 'sandpost';
export const WEBSOCKET_TOKEN_PREFIX = 'sandpost.token.';

export function webSocketProtocols(token: string): readonly string[] {
  return token === '' ? [WEBSOCKET_PROTOCOL] : [WEBSOCKET_PROTOCOL, `${WEBSOCKET_TOKEN_PREFIX}${token}`];
}

/** On the local socket, `Upgrade: smtp` opens an SMTP session for the user named in this header (sendmail -bs). */
export const SMTP_UPGRADE = 'smtp';
export const USER_ID_HEADER = 'x-sandpost-uid';
