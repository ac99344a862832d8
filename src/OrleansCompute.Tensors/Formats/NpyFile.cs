using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Formats;

/// <summary>Reads and writes NumPy's .npy format, versions 1 to 3. Files are untrusted: sizes are checked before memory is allocated. Thread-safe.</summary>
public static partial class NpyFile
{
    private const int MaxHeaderBytes = 1 << 16;
    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    private static readonly Dictionary<string, ElementType> Types = new(StringComparer.Ordinal)
    {
        ["f4"] = ElementType.Float32,
        ["f8"] = ElementType.Float64,
        ["f2"] = ElementType.Float16,
        ["i1"] = ElementType.Int8,
        ["i2"] = ElementType.Int16,
        ["i4"] = ElementType.Int32,
        ["i8"] = ElementType.Int64,
        ["u1"] = ElementType.UInt8,
        ["u2"] = ElementType.UInt16,
        ["u4"] = ElementType.UInt32,
        ["u8"] = ElementType.UInt64,
        ["b1"] = ElementType.Bool,
    };

    /// <summary>Reads an array.</summary>
    /// <param name="bytes">The bytes of the file.</param>
    /// <exception cref="InvalidDataException">The file is not valid, or its type is not supported.</exception>
    public static Tensor Read(ReadOnlySpan<byte> bytes)
    {
        var (header, data) = Split(bytes);
        var description = Description().Match(header) is { Success: true } d ? d.Groups[1].Value : throw Invalid($"has no type in its header {header.Trim()}");
        var isBig = description[0] == '>';
        if (!Types.TryGetValue(description.TrimStart('<', '>', '|', '='), out var type))
        {
            throw Invalid($"has type '{description}'; supported: {string.Join(", ", Types.Keys)}");
        }

        var shape = ReadShape(header);
        var result = new TensorType(type, shape);
        if (data.Length != result.Bytes)
        {
            throw Invalid($"has {data.Length} bytes of data; {result} needs {result.Bytes}");
        }

        var isColumnMajor = header.Contains("'fortran_order': True", StringComparison.Ordinal);
        var tensor = Tensor.Zeros(isColumnMajor ? result with { Shape = new Shape([.. shape.ToArray().Reverse()]) } : result);
        data.CopyTo(tensor.AsBytes());
        if (isBig && type.Size() > 1)
        {
            Swap(tensor.AsBytes(), type.Size());
        }

        if (!isColumnMajor)
        {
            return tensor;
        }

        using var reversed = tensor;
        using var view = tensor.Permute([.. Enumerable.Range(0, shape.Rank).Reverse()]);
        return view.Contiguous();
    }

    /// <summary>Writes a host tensor; bfloat16, which NumPy does not know, is written as float32.</summary>
    public static byte[] Write(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        using var dense = tensor.Contiguous();
        var type = tensor.ElementType == ElementType.BFloat16 ? ElementType.Float32 : tensor.ElementType;
        var name = Types.First(pair => pair.Value == type).Key;
        var sizes = string.Join(", ", tensor.Shape.ToArray());
        var header = $"{{'descr': '{(type.Size() == 1 ? '|' : '<')}{name}', 'fortran_order': False, 'shape': ({sizes}{(tensor.Shape.Rank == 1 ? "," : "")}), }}";

        // Magic, version and length are 10 bytes; the data start on a multiple of 64.
        var padded = ((10 + header.Length + 1 + 63) / 64 * 64) - 10;
        header = header.PadRight(padded - 1) + "\n";
        var data = dense.ElementType == ElementType.BFloat16 ? Widen(dense) : dense.AsBytes().ToArray();
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)padded);
        return [.. Magic, 1, 0, .. length, .. Encoding.ASCII.GetBytes(header), .. data];
    }

    private static byte[] Widen(Tensor tensor)
    {
        var bytes = new byte[tensor.Shape.Elements * sizeof(float)];
        var values = tensor.AsSpan<BFloat16>();
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i].ToSingle());
        }

        return bytes;
    }

    private static (string Header, byte[] Data) Split(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 12 || !bytes[..6].SequenceEqual(Magic) || bytes[6] is < 1 or > 3)
        {
            throw Invalid("does not start as a .npy file of version 1 to 3");
        }

        var start = bytes[6] == 1 ? 10 : 12;
        long length = bytes[6] == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (length > MaxHeaderBytes || start + length > bytes.Length)
        {
            throw Invalid($"has a header of {length} bytes; allowed up to {MaxHeaderBytes} and the file's end");
        }

        return (Encoding.UTF8.GetString(bytes.Slice(start, (int)length)), bytes[(start + (int)length)..].ToArray());
    }

    private static Shape ReadShape(string header)
    {
        var match = ShapeText().Match(header);
        if (!match.Success)
        {
            throw Invalid("has no shape in its header");
        }

        var sizes = new List<int>();
        foreach (var part in match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            sizes.Add(int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : throw Invalid($"has dimension '{part}'"));
        }

        try
        {
            return new Shape([.. sizes]);
        }
        catch (ShapeMismatchException exception)
        {
            throw Invalid($"has a shape that is not supported: {exception.Message}");
        }
    }

    private static void Swap(Span<byte> bytes, int size)
    {
        for (var i = 0; i < bytes.Length; i += size)
        {
            bytes.Slice(i, size).Reverse();
        }
    }

    private static InvalidDataException Invalid(string what) => new($"The .npy file {what}.");

    [GeneratedRegex("'descr'\\s*:\\s*'([<>|=]?[a-z][0-9]+)'")]
    private static partial Regex Description();

    [GeneratedRegex("'shape'\\s*:\\s*\\(([^)]*)\\)")]
    private static partial Regex ShapeText();
}
