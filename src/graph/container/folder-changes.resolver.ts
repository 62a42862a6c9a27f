import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { parseFilename } from '../../filename.js';
import type { GraphContext } from '../context.js';
import { parseContainerId } from '../global-id.js';
import { CreateFolderInput, FolderPayload } from './folder-changes.type.js';

@Resolver()
export class FolderChangesResolver {
  @Mutation(() => FolderPayload, { description: 'Makes a folder. NOT_SUPPORTED_BY_PROVIDER where the provider has none.' })
  async createFolder(
    @Arg('input', () => CreateFolderInput, { description: 'Where, and its name.' }) input: CreateFolderInput,
    @Ctx() context: GraphContext,
  ): Promise<FolderPayload> {
    const parent = parseContainerId(input.container);
    return new FolderPayload(await context.changes.createContainer(parent, parseFilename(input.name, 'name'), context), input);
  }
}
