import { describe, expect, it } from '@jest/globals';
import { toBoxError } from '../../../src/providers/box/errors.js';

function errorOf(status: number, body: unknown = null, headers: Readonly<Record<string, string>> = {}, url = '/2.0/files/1') {
  return toBoxError('box-eu', {
    request: { url },
    status,
    headers: { get: (name) => headers[name] ?? null },
    body,
  });
}

/** As Box writes it. */
function refusal(status: number, code: string) {
  return { type: 'error', status, code, message: 'secret words of Box', help_url: 'http://developers.box.com', request_id: 'x' };
}

describe('A refusal of Box', () => {
  it.each([
    [400, 'requested_preview_unavailable', 'INVALID_SIZE', false],
    [400, 'requested_page_out_of_range', 'NOT_FOUND', false],
    [400, 'bad_digest', 'DIGEST_MISMATCH', false],
    [400, 'digest_mismatch', 'DIGEST_MISMATCH', false],
    [400, 'item_name_invalid', 'BAD_USER_INPUT', false],
    [400, 'item_name_too_long', 'BAD_USER_INPUT', false],
    [400, 'terms_of_service_required', 'PROVIDER_UNAUTHENTICATED', false],
    [400, 'password_reset_required', 'PROVIDER_UNAUTHENTICATED', false],
    [400, 'bad_request', 'PROVIDER_ERROR', false],
    [400, 'invalid_api_version', 'PROVIDER_ERROR', false],
    [401, 'unauthorized', 'PROVIDER_UNAUTHENTICATED', false],
    [403, 'access_denied_insufficient_permissions', 'FORBIDDEN', false],
    [403, 'insufficient_scope', 'FORBIDDEN', false],
    [403, 'access_denied_item_locked', 'FORBIDDEN', false],
    [403, 'forbidden_by_policy', 'FORBIDDEN', false],
    [403, 'file_size_limit_exceeded', 'PAYLOAD_TOO_LARGE', false],
    [403, 'storage_limit_exceeded', 'PROVIDER_ERROR', false],
    [403, 'incorrect_shared_item_password', 'ACCESS_CODE_REQUIRED', false],
    [404, 'not_found', 'NOT_FOUND', false],
    [404, 'trashed', 'NOT_FOUND', false],
    [404, 'not_trashed', 'NOT_FOUND', false],
    [404, 'preview_cannot_be_generated', 'UNSUPPORTED_MEDIA_TYPE', false],
    [405, 'method_not_allowed', 'PROVIDER_ERROR', false],
    [409, 'item_name_in_use', 'CONFLICT', false],
    [409, 'name_temporarily_reserved', 'CONFLICT', true],
    [409, 'operation_blocked_temporary', 'CONFLICT', true],
    [409, 'conflict', 'CONFLICT', false],
    [410, 'session_expired', 'PROVIDER_ERROR', true],
    [411, 'length_required', 'PROVIDER_ERROR', false],
    [412, 'precondition_failed', 'CONFLICT', false],
    [413, 'request_entity_too_large', 'PAYLOAD_TOO_LARGE', false],
    [415, 'unsupported_media_type', 'UNSUPPORTED_MEDIA_TYPE', false],
    [416, 'range_not_satisfiable', 'RANGE_NOT_SATISFIABLE', false],
    [429, 'rate_limit_exceeded', 'PROVIDER_RATE_LIMITED', true],
    [500, 'internal_server_error', 'PROVIDER_ERROR', true],
    [502, 'bad_gateway', 'PROVIDER_UNAVAILABLE', true],
    [503, 'unavailable', 'PROVIDER_UNAVAILABLE', true],
    [504, 'gateway_timeout', 'PROVIDER_TIMEOUT', true],
    [507, 'insufficient_storage', 'PROVIDER_ERROR', false],
  ])('%i %s is %s', (status, upstreamCode, code, retryable) => {
    const error = errorOf(status, refusal(status, upstreamCode));
    expect(error).toMatchObject({ code, details: { provider: 'box-eu', upstreamStatus: status, upstreamCode, retryable } });
  });

  it('is told in words of our own', () => {
    expect(errorOf(403, refusal(403, 'forbidden_by_policy')).message).toBe('box-eu does not allow this');
  });

  it('carries the time after which to ask again', () => {
    expect(errorOf(429, null, { 'retry-after': '7' }).details.retryAfterSeconds).toBe(7);
    expect(errorOf(429, null, { 'retry-after': 'soon' }).details).not.toHaveProperty('retryAfterSeconds');
  });

  it.each([[null], ['<html>Bad gateway</html>'], [[]], [{ code: '<script>' }], [{ code: 7 }], [{ error: 'Not Found' }]])(
    'with the body %j is known by its status',
    (body) => {
      const error = errorOf(404, body);
      expect(error.code).toBe('NOT_FOUND');
      expect(error.details).not.toHaveProperty('upstreamCode');
    },
  );

  it('of an upload is known by its code, without type and status', () => {
    expect(errorOf(400, { code: 'request_size_mismatch', message: 'x', request_id: 'y' }).details.upstreamCode).toBe(
      'request_size_mismatch',
    );
  });

  it('of 403 without a code is one of the token', () => {
    expect(errorOf(403).code).toBe('PROVIDER_UNAUTHENTICATED');
  });

  it('of the token endpoint is one of the credentials', () => {
    const body = { error: 'invalid_client', error_description: 'The client credentials are invalid' };
    expect(errorOf(400, body, {}, '/oauth2/token')).toMatchObject({
      code: 'PROVIDER_UNAUTHENTICATED',
      details: { upstreamStatus: 400, upstreamCode: 'invalid_client' },
    });
  });

  it.each([
    [429, 'PROVIDER_RATE_LIMITED'],
    [503, 'PROVIDER_UNAVAILABLE'],
  ])('%i of a gateway says nothing about credentials, wherever it is met', (status, code) => {
    for (const url of ['/2.0/files/1', '/oauth2/token']) {
      expect(errorOf(status, { error: 'Try again' }, {}, url)).toMatchObject({ code, details: { retryable: true } });
    }
  });

  it.each(['constructor', 'toString', '__proto__'])('with the code %s is known by its status', (upstreamCode) => {
    expect(errorOf(409, refusal(409, upstreamCode))).toMatchObject({ code: 'CONFLICT', details: { upstreamCode } });
  });
});
