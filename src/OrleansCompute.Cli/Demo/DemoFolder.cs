namespace OrleansCompute.Cli.Demo;

/// <summary>The demo's data folder: the user's, which stays, or a temporary one, which is deleted at the end.</summary>
internal sealed class DemoFolder : IDisposable
{
    private readonly bool _isTemporary;

    private DemoFolder(string path, bool isTemporary) => (Path, _isTemporary) = (path, isTemporary);

    public string Path { get; }

    /// <exception cref="CommandException">The folder cannot be made, or holds something already.</exception>
    public static DemoFolder Open(string? path)
    {
        if (path is null)
        {
            return new DemoFolder(Directory.CreateTempSubdirectory("oc-demo-").FullName, isTemporary: true);
        }

        try
        {
            var folder = Directory.CreateDirectory(System.IO.Path.GetFullPath(path));
            return folder.EnumerateFileSystemInfos().Any()
                ? throw new CommandException($"--data is '{folder.FullName}', which is not empty; the demo needs a new or empty folder.")
                : new DemoFolder(folder.FullName, isTemporary: false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"--data is '{path}', which cannot be used: {exception.Message}", exception);
        }
    }

    public void Dispose()
    {
        if (_isTemporary)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
