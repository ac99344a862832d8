using System.Runtime.InteropServices;

namespace OrleansCompute.Storage.Artifacts;

/// <summary>
/// Makes a file's name durable. A rename is in the folder, not in the file: after a power failure a file that was flushed may be there
/// without its name, until the folder is flushed as well. .NET cannot open folders, so this asks the C library.
/// </summary>
internal static partial class DirectoryFlush
{
    /// <summary>Flushes a folder to the disk. Does nothing on Windows, where NTFS journals names with the rename.</summary>
    /// <exception cref="IOException">The folder cannot be opened or flushed.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, 0); // O_RDONLY
        if (descriptor < 0)
        {
            throw Failure(folder, "opened");
        }

        try
        {
            if (FSync(descriptor) != 0)
            {
                throw Failure(folder, "flushed to the disk");
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure(string folder, string what) =>
        new($"The folder '{folder}' cannot be {what}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
