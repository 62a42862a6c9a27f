import type { User } from './model.js';

/** The constant that stands in `type` of every error. */
const explanation = 'https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html';

/** An error answer of the system. Its keys stand in alphabetical order, as the vendor prints them. */
export class Refusal extends Error {
  readonly body: Readonly<Record<string, string>>;

  constructor(
    readonly status: number,
    body: Readonly<Record<string, string>>,
  ) {
    super(body.errorMessage);
    this.body = Object.fromEntries(Object.entries(body).sort(([one], [other]) => (one < other ? -1 : 1)));
  }
}

/** What was tried: the beginning of an error's key and message, and the service that it names. */
export interface Action {
  readonly key: string;
  readonly text: string;
  readonly service: string;
  /** The refusals of responsive images name the user by principal, and leave the asked version out. */
  readonly namesPrincipal?: boolean;
}

const download = { key: 'csUnableToDownloadFile', text: 'Unable to download file.' };
const edit = { key: 'csFldUnableToEditDocumentLink', text: 'Unable to edit foldering information.' };

export const actions = {
  image: { ...download, service: 'GET_ALTERNATE_IMAGE', namesPrincipal: true },
  rendition: { ...download, service: 'GET_RENDITION' },
  content: { ...download, service: 'GET_FILE' },
  thumbnail: { ...download, service: 'GET_THUMBNAIL' },
  edit: { ...edit, service: 'FLD_EDIT_FILE' },
  move: { key: 'csFldUnableToMoveItem', text: 'Unable to move item.', service: 'FLD_MOVE' },
  copy: { key: 'csFldUnableToCopyItem', text: 'Unable to copy item.', service: 'FLD_COPY' },
  remove: { key: 'csFldUnableToDeleteItem', text: 'Unable to delete item.', service: 'FLD_DELETE' },
  info: { key: 'csFldUnableToRetrieveInfo', text: 'Unable to retrieve information.', service: 'FLD_INFO' },
  versions: { key: 'csFldUnableToRetrieveInfo', text: 'Unable to retrieve information.', service: 'FLD_FILE_REVISIONS' },
  browse: { key: 'csFldUnableToBrowse', text: 'Unable to browse folder.', service: 'FLD_BROWSE' },
  create: { key: 'csFldUnableToCreateFolder', text: 'Unable to create folder.', service: 'FLD_CREATE_FOLDER' },
  upload: { key: 'csUnableToUploadFile', text: 'Unable to upload file.', service: 'CHECKIN_UNIVERSAL' },
  link: { key: 'csUnableToManageLink', text: 'Unable to manage link.', service: 'SET_LINK' },
} as const satisfies Record<string, Action>;

/** What an error is about: the id as it was asked for, and the parameters that the answer repeats. */
export interface Subject {
  readonly type: 'file' | 'folder';
  readonly id: string;
  readonly echo?: Readonly<Record<string, string | undefined>>;
}

export function insufficientPrivilege(action: Action, { type, id, echo }: Subject, user: User): Refusal {
  const target = `${type === 'file' ? 'fFileGUID' : 'fFolderGUID'}:${id}`;
  const who = action.namesPrincipal ? user.principal : user.displayName;
  return longRefusal(403, '-20', {
    key: `!${action.key}!csCloudItemInsufficientPrivileges,${who},${target},${action.service}`,
    message: `${action.text} User '${user.displayName}' has insufficient privilege to access ${target} with service ${action.service}.`,
    subject: { type, id, echo: action.namesPrincipal ? { ...echo, version: undefined } : (echo ?? {}) },
  });
}

export function doesNotExist(action: Action, subject: Subject): Refusal {
  const { id } = subject;
  return longRefusal(404, '-16', {
    key: `!${action.key}!csSecurityValidationFailed!csFldDoesNotExist,${id}!csSystemError,\\!csFldDoesNotExist\\,${id}`,
    message: `${action.text} Security validation failed. '${id}' does not exist. (System Error: '${id}' does not exist.)`,
    subject,
  });
}

export function accessCodeRequired(action: Action, subject: Subject): Refusal {
  return longRefusal(403, '-18', {
    key: `!${action.key}!csAccessCodeRequiredForLinkAccess`,
    message: `${action.text} The access code must be provided to access the link.`,
    subject,
  });
}

export function rangeNotSatisfiable(subject: Subject): Refusal {
  return longRefusal(416, '-1', {
    key: '!csUnableToDownloadFile!csRangeNotSatisfiable',
    message: 'Unable to download file. The requested range cannot be satisfied.',
    subject,
  });
}

export function notAnImage(): Refusal {
  return shortRefusal(
    415,
    '-30',
    '!csUnableToDownloadFile!csZipRenditionNotAnImage',
    'Unable to download file. Responsive images cannot be created for non image files.',
  );
}

export function nameTaken(name: string): Refusal {
  return shortRefusal(409, '-17', `!csFldItemAlreadyExists,${name}`, `An item named '${name}' already exists at this place.`);
}

export function linkEnded(): Refusal {
  return shortRefusal(400, '-26', '!csLinkInvalidOrExpired', 'The link is invalid or has expired.');
}

export function noSuchLink(id: string): Refusal {
  return shortRefusal(404, '-16', `!csLinkDoesNotExist,${id}`, `The link '${id}' does not exist.`);
}

export function malformed(what: string): Refusal {
  return shortRefusal(400, '-1', '!csInvalidInput', what);
}

/** What is told of a failure that has no words of its own. */
export function generalFailure(status: number): Readonly<Record<string, string>> {
  return shortRefusal(status, '-1', '!csSystemError', `The service could not perform the request (${status}).`).body;
}

interface Long {
  readonly key: string;
  readonly message: string;
  readonly subject: Subject;
}

function longRefusal(status: number, errorCode: string, { key, message, subject }: Long): Refusal {
  const echoed = Object.entries(subject.echo ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new Refusal(status, {
    ...shortRefusal(status, errorCode, key, message).body,
    errorType: subject.type,
    id: subject.id,
    ...Object.fromEntries(echoed),
  });
}

function shortRefusal(status: number, errorCode: string, errorKey: string, errorMessage: string): Refusal {
  return new Refusal(status, { errorCode, errorKey, errorMessage, title: errorMessage, type: explanation });
}
