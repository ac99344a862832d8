using OrleansCompute.Client;
using OrleansCompute.Contracts.Datasets;

namespace OrleansCompute.Cli.Datasets;

/// <summary>Brings image and label files into the fabric as a dataset version.</summary>
internal static class DatasetUpload
{
    public static async Task<DatasetVersion> AddAsync(
        FabricClient client, string tenant, string name, FileInfo images, FileInfo labels, CancellationToken cancellationToken)
    {
        var imagesSha256 = await UploadAsync(client, tenant, images, cancellationToken);
        var labelsSha256 = await UploadAsync(client, tenant, labels, cancellationToken);
        return await client.Datasets.AddVersionAsync(tenant, name, imagesSha256, labelsSha256, cancellationToken);
    }

    private static async Task<string> UploadAsync(FabricClient client, string tenant, FileInfo file, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = file.OpenRead();
            return (await client.Artifacts.UploadAsync(tenant, content, cancellationToken)).Sha256;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The data file '{file.FullName}' cannot be read: {exception.Message}", exception);
        }
    }
}
