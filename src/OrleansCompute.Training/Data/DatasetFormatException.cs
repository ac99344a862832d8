namespace OrleansCompute.Training.Data;

/// <summary>A data file that is not what it should be. The message names the file, the byte offset, what was expected and what was found.</summary>
public sealed class DatasetFormatException : Exception
{
    /// <summary>Describes the first deviation found.</summary>
    /// <param name="file">Name of the file or stream, for people.</param>
    /// <param name="offset">Offset in the uncompressed content, bytes from its beginning.</param>
    /// <param name="expected">What the format demands there.</param>
    /// <param name="actual">What is there.</param>
    /// <param name="innerException">The error of the layer below, if one told.</param>
    public DatasetFormatException(string file, long offset, string expected, string actual, Exception? innerException = null)
        : base($"'{file}', byte {offset} (uncompressed): expected {expected}, found {actual}.", innerException)
    {
        File = file;
        Offset = offset;
    }

    /// <summary>Name of the file or stream.</summary>
    public string File { get; }

    /// <summary>Offset of the deviation in the uncompressed content, bytes.</summary>
    public long Offset { get; }
}
