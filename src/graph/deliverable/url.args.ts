import { ArgsType, Field, Int } from 'type-graphql';
import type { Disposition } from '../../identity/url-signer.js';
import { enumType } from '../enum-type.js';

export const DispositionType = enumType<Disposition>('Disposition', 'What a browser does with the bytes behind a URL.', {
  INLINE: 'Shows them where it can. Types that could run scripts are saved nevertheless.',
  ATTACHMENT: 'Saves them as a file.',
});

export const defaultExpiresInSeconds = 900;

const disposition = 'What a browser that opens the URL does with it.';

@ArgsType()
export class UrlArgs {
  @Field(() => Int, {
    nullable: true,
    defaultValue: defaultExpiresInSeconds,
    description:
      'How long the URL works, in seconds, from 1 to 604,800 (a week); BAD_USER_INPUT outside. It lives up to a quarter longer, so that ' +
      'equal queries give equal URLs, which caches can hold.',
  })
  expiresInSeconds?: number | null;

  @Field(() => DispositionType, { nullable: true, defaultValue: 'INLINE', description: disposition })
  disposition?: Disposition | null;
}

@ArgsType()
export class ContentUrlArgs extends UrlArgs {
  @Field(() => DispositionType, { nullable: true, defaultValue: 'ATTACHMENT', description: disposition })
  override disposition?: Disposition | null;
}
