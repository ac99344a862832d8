using System.Globalization;
using OrleansCompute.Tensors.Onnx.Wire;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Onnx;

/// <summary>Reads tensors whose data lie in a file beside the model. The location is untrusted: it must stay inside the folder.</summary>
internal static class OnnxExternalData
{
    public static void Read(TensorProto proto, Tensor tensor, OnnxImportOptions options)
    {
        if (options.ExternalDataFolder is not { } folder)
        {
            throw new OnnxFormatException($"Tensor '{proto.Name}' keeps its data in another file; give the folder of the model to allow that.");
        }

        var location = Entry(proto, "location") ?? throw new OnnxFormatException($"Tensor '{proto.Name}': external data has no location.");
        var offset = Number(proto, "offset", 0);
        var length = Number(proto, "length", tensor.Type.Bytes);
        if (length != tensor.Type.Bytes)
        {
            throw new OnnxFormatException($"Tensor '{proto.Name}': external data has length {length}; {tensor} needs {tensor.Type.Bytes} bytes.");
        }

        var path = Resolve(folder, location, proto.Name);
        try
        {
            // Before it is opened: a pipe has no length, and opening one would wait for ever.
            var available = new FileInfo(path).Length;
            if (offset > available - length)
            {
                throw new OnnxFormatException($"Tensor '{proto.Name}': '{location}' has {available} bytes; {length} at offset {offset} are needed.");
            }

            using var file = File.OpenRead(path);

            file.Position = offset;
            file.ReadExactly(tensor.AsBytes());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OnnxFormatException($"Tensor '{proto.Name}': '{location}' cannot be read: {exception.Message}", exception);
        }
    }

    private static string Resolve(string folder, string location, string tensor)
    {
        var root = Path.GetFullPath(folder);
        var prefix = Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar;
        var path = Path.GetFullPath(Path.Combine(root, location));
        var isInside = !Path.IsPathRooted(location) && path.StartsWith(prefix, StringComparison.Ordinal);
        if (isInside && !File.Exists(path))
        {
            throw new OnnxFormatException($"Tensor '{tensor}': external data '{location}' is not in the model's folder.");
        }

        // A link, of the file or of a folder on the way, may point elsewhere.
        return isInside && !HasLink(path, root)
            ? path
            : throw new OnnxFormatException($"Tensor '{tensor}': external data '{location}' lies outside the model's folder.");
    }

    private static bool HasLink(string path, string root)
    {
        FileSystemInfo? part = new FileInfo(path);
        while (part is not null && part.FullName.Length > root.TrimEnd(Path.DirectorySeparatorChar).Length)
        {
            if (part.LinkTarget is not null)
            {
                return true;
            }

            part = Path.GetDirectoryName(part.FullName) is { } folder ? new DirectoryInfo(folder) : null;
        }

        return false;
    }

    private static string? Entry(TensorProto proto, string key) => proto.ExternalData.FirstOrDefault(entry => entry.Key == key)?.Value;

    private static long Number(TensorProto proto, string key, long missing)
    {
        var text = Entry(proto, key);
        return text is null ? missing
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
            : throw new OnnxFormatException($"Tensor '{proto.Name}': external data has {key} '{text}'; it must be 0 or more.");
    }
}
