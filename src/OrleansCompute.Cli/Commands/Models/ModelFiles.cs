using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Formats;
using OrleansCompute.Tensors.Onnx;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Cli.Commands.Models;

/// <summary>Files of models and tensors that users name.</summary>
internal static class ModelFiles
{
    /// <summary>Largest file of a tensor.</summary>
    private const long MaxTensorBytes = 1L << 30;

    /// <summary>Reads a file; what is wrong with it becomes a message that names it.</summary>
    public static T Read<T>(FileInfo file, Func<T> read)
    {
        if (Directory.Exists(file.FullName))
        {
            throw new CommandException($"'{file.FullName}' is a folder; name a file.");
        }

        if (!file.Exists)
        {
            throw new CommandException($"'{file.FullName}' does not exist.");
        }

        try
        {
            return read();
        }
        catch (Exception exception) when (exception is OnnxFormatException or InvalidDataException or ShapeMismatchException
            or MemoryBudgetException or TripBudgetException or NonFiniteException or AcceleratorException or NotSupportedException or ArgumentException or ArithmeticException or InvalidOperationException)
        {
            throw new CommandException($"{file.Name}: {exception.Message}", exception);
        }
    }

    /// <summary>Reads a tensor from a .npy file or a TensorProto (.pb).</summary>
    public static Tensor ReadTensor(FileInfo file) => Read(file, () =>
        file.Length > MaxTensorBytes ? throw new InvalidDataException($"the file has {file.Length} bytes; allowed up to {MaxTensorBytes}.")
        : file.Extension switch
        {
            ".npy" => NpyFile.Read(File.ReadAllBytes(file.FullName)),
            ".pb" => OnnxTensorCodec.Read(File.ReadAllBytes(file.FullName)),
            _ => throw new InvalidDataException($"the extension '{file.Extension}' is not known; allowed .npy (NumPy) and .pb (TensorProto)."),
        });
}
