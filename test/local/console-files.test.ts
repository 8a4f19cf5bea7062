import { makeConsoleFiles } from '../../local/console-files.ts';

const files = new Map([
  ['/index.html', Buffer.from('<!doctype html>')],
  ['/assets/main-ABCDEFGH.js', Buffer.from('1')],
  ['/assets/notes.txt', Buffer.from('no type of the page')],
]);

describe('the page beside the API', () => {
  const serve = makeConsoleFiles(async () => files);

  it('is one file for every address that the page knows', async () => {
    for (const path of [
      '/',
      '/users',
      '/users/host/pc17',
      '/detections/x',
      '/devices',
      '/places/1',
    ]) {
      const answer = await serve(path);
      expect([path, answer?.status, answer?.body.toString()]).toEqual([
        path,
        200,
        '<!doctype html>',
      ]);
    }
  });

  it('is nothing anywhere else, so that the API answers for its own paths', async () => {
    for (const path of [
      '/v1/nonsense',
      '/userss',
      '/index.html',
      '/assets/',
      '/assets/../x',
      '/x',
    ]) {
      expect([path, await serve(path)]).toEqual([path, undefined]);
    }
    expect(await serve('/assets/notes.txt')).toBeUndefined();
  });

  it('says so in its own words to a person who mistyped an address', async () => {
    const html = 'text/html,application/xhtml+xml,*/*;q=0.8';
    for (const path of ['/nonsense', '/userss', '/x']) {
      expect([path, (await serve(path, html))?.status]).toEqual([path, 404]);
      expect((await serve(path, html))?.body.toString()).toBe('<!doctype html>');
      expect(await serve(path, 'application/json')).toBeUndefined();
    }
    expect(await serve('/v1/nonsense', html)).toBeUndefined();
    expect(await serve('/assets/nonsense.js', html)).toBeUndefined();
  });

  it('sends its policy with every file: nothing inline, framed or from elsewhere', async () => {
    for (const path of ['/', '/assets/main-ABCDEFGH.js']) {
      expect((await serve(path))?.headers).toMatchObject({
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
          "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
          "require-trusted-types-for 'script'; trusted-types 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'permissions-policy': 'geolocation=(), camera=(), microphone=()',
      });
    }
  });

  it('lets a browser keep what its content names, and asks for the page each time', async () => {
    expect((await serve('/'))?.headers['cache-control']).toBe('no-cache');
    expect((await serve('/assets/main-ABCDEFGH.js'))?.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
    });
  });

  it('is built once, when it is first asked for, and again after a failure', async () => {
    let builds = 0;
    const flaky = makeConsoleFiles(async () => {
      builds += 1;
      if (builds === 1) throw new Error('no disk');
      return files;
    });

    expect(await flaky('/v1/users')).toBeUndefined();
    expect(builds).toBe(0);
    await expect(flaky('/')).rejects.toThrow('no disk');
    await Promise.all([flaky('/'), flaky('/users')]);
    expect(builds).toBe(2);
  });
});
