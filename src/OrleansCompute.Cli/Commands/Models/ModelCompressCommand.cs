using System.CommandLine;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Onnx;
using OrleansCompute.Training.Compression;

namespace OrleansCompute.Cli.Commands.Models;

/// <summary>`oc model compress FILE.onnx --method int8|qat|prune|structured|lowrank|distill --output FILE`.</summary>
internal sealed class ModelCompressCommand : LocalCommand
{
    private readonly Argument<FileInfo> _file = new("FILE") { Description = "An ONNX model with one float32 input and class scores as its first output." };
    private readonly Option<string> _method = new("--method") { Description = "int8, qat, prune, structured, lowrank or distill.", HelpName = "NAME", Required = true };
    private readonly Option<FileInfo> _output = new("--output") { Description = "The compressed ONNX model.", HelpName = "FILE", Required = true };
    private readonly Option<DirectoryInfo?> _dataset = new("--dataset")
    {
        Description = "Folder with labelled images as IDX files: *images-idx3-ubyte[.gz] and *labels-idx1-ubyte[.gz], named train… and t10k… or test…: for training and accuracy.", HelpName = "DIR",
    };

    private readonly Option<FileInfo?> _calibration = new("--calibration") { Description = "Samples for ranges of activations, as .npy or TensorProto .pb; default: the first training images.", HelpName = "FILE" };
    private readonly Option<int> _samples = new("--calibration-samples") { Description = "Most samples for calibration, 1 to 100000.", DefaultValueFactory = _ => 512 };
    private readonly Option<CalibrationMethod> _ranges = new("--ranges") { Description = "How ranges of activations are found.", DefaultValueFactory = _ => CalibrationMethod.Percentile };
    private readonly Option<double> _amount = new("--amount")
    {
        Description = "prune: part of the weights that becomes zero; structured: part of the filters that goes; lowrank: part of the energy that stays.", DefaultValueFactory = _ => 0.5,
    };

    private readonly Option<int> _epochs = new("--epochs") { Description = "Passes over the training images afterwards (qat, prune: meanwhile), 0 to 1000.", DefaultValueFactory = _ => 1 };
    private readonly Option<double> _learningRate = new("--learning-rate") { Description = "Adam's step size in that training, above 0 to 1.", DefaultValueFactory = _ => new FineTuneOptions().LearningRate };
    private readonly Option<FileInfo?> _student = new("--student")
    {
        Description = "distill: the smaller network that learns from FILE: ONNX with first values, or YAML with input and layers as in a job.", HelpName = "FILE",
    };

    private readonly Option<double> _temperature = new("--temperature") { Description = "distill: how soft the teacher's scores are, 0.1 to 100.", DefaultValueFactory = _ => new DistillationOptions().Temperature };
    private readonly Option<double> _alpha = new("--alpha") { Description = "distill: weight of the teacher beside the labels, 0 to 1.", DefaultValueFactory = _ => new DistillationOptions().Alpha };
    private readonly Option<int> _runs = new("--runs") { Description = "Timed runs of one sample, 1 to 100000.", DefaultValueFactory = _ => 1000 };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads, 1 to 256.", DefaultValueFactory = _ => 1 };

    public ModelCompressCommand(CommandContext context)
        : base(context, "compress", "Make an ONNX file smaller or faster, and measure it before and after.")
    {
        Command.Arguments.Add(_file);
        foreach (var option in new Option[] { _method, _output, _dataset, _calibration, _samples, _ranges, _amount, _epochs, _learningRate, _student, _temperature, _alpha, _runs, _threads })
        {
            Command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var file = arguments.GetValue(_file)!;
        var name = arguments.GetValue(_method)!;
        if (!Enum.TryParse<CompressionMethod>(name, ignoreCase: true, out var method) || !Enum.IsDefined(method) || int.TryParse(name, out _))
        {
            throw new CommandException($"--method is '{name}'; allowed: {string.Join(", ", Enum.GetNames<CompressionMethod>()).ToLowerInvariant()}.");
        }

        var (epochs, runs, threads, samples) = (
            Within(arguments, _epochs, 0, 1000), Within(arguments, _runs, 1, 100_000), Within(arguments, _threads, 1, 256), Within(arguments, _samples, 1, 100_000));
        var model = ModelFiles.Read(file, () => TrainedModel.ReadFile(file.FullName));
        var data = arguments.GetValue(_dataset) is { } folder ? LabelledImages.Read(folder) : null;
        var calibration = arguments.GetValue(_calibration) is { } given
            ? ModelFiles.ReadTensor(given).Contiguous().AsSpan<float>().ToArray()
            : data?.Train?.Values ?? data?.Test?.Values;
        using var accelerator = new CpuAccelerator(Tensors.Kernels.SimdSupport.Best, threads);
        var compressor = new ModelCompressor(accelerator, new ModelCompressor.Settings(method, arguments.GetValue(_amount), epochs, samples, arguments.GetValue(_ranges))
        {
            LearningRate = (float)arguments.GetValue(_learningRate),
            Student = arguments.GetValue(_student) is { } student ? StudentNetwork.Read(student) : null,
            Temperature = arguments.GetValue(_temperature),
            Alpha = arguments.GetValue(_alpha),
        });
        CompressionReport report;
        TrainedModel result;
        try
        {
            var meter = new ModelMeter(accelerator, Context.Clock, data?.Test, runs);
            result = compressor.Compress(model, data?.Train, calibration, cancellationToken);
            var control = compressor.Control(model, data?.Train, cancellationToken);
            var measures = meter.Measure(control is null ? [model, result] : [model, result, control], cancellationToken);
            report = new CompressionReport(name.ToLowerInvariant(), accelerator.Kernels.Name, measures[0], measures[1], measures.Count > 2 ? measures[2] : null);
        }
        catch (Exception exception) when (exception is NotSupportedException or ArgumentException)
        {
            throw new CommandException($"{file.Name}: {exception.Message}", exception);
        }

        OnnxExporter.ExportFile(arguments.GetValue(_output)!.FullName, result.Graph, result.Parameters);
        Write(report);
        await WriteJsonAsync(arguments, report, cancellationToken);
        return ExitCodes.Success;
    }

    private static int Within(ParseResult arguments, Option<int> option, int min, int max) =>
        arguments.GetValue(option) is var value && value >= min && value <= max ? value : throw new CommandException($"{option.Name} is {value}; allowed {min} to {max}.");

    private void Write(CompressionReport report)
    {
        var (before, after, control) = (report.Before, report.After, report.Control);
        var table = control is null
            ? Tables.Create(report.Method, ">before", ">after", ">after / before")
            : Tables.Create(report.Method, ">before", ">after", ">after / before", ">dense control");
        void Add(string name, string first, string second, string ratio, string third)
        {
            if (control is null)
            {
                table.Row(name, first, second, ratio);
            }
            else
            {
                table.Row(name, first, second, ratio, third);
            }
        }

        void Row(string name, Func<ModelMeasure, double> value, int decimals) => Add(
            name, Tables.Number(value(before), decimals), Tables.Number(value(after), decimals), value(before) == 0 ? "" : Tables.Number(value(after) / value(before), 3),
            control is null ? "" : Tables.Number(value(control), decimals));

        Row("size, bytes", measure => measure.SizeBytes, 0);
        Row("size deflated, bytes", measure => measure.DeflatedBytes, 0);
        Row("parameters", measure => measure.Parameters, 0);
        Row("parameters not zero", measure => measure.NonZeroParameters, 0);
        Row("operations per sample", measure => measure.Flops, 0);
        Row("one sample p50, ms", measure => measure.LatencyP50Milliseconds, 4);
        Row("one sample p90, ms", measure => measure.LatencyP90Milliseconds, 4);
        if (before.Accuracy is { } accuracyBefore && after.Accuracy is { } accuracyAfter)
        {
            Add("accuracy", $"{100 * accuracyBefore:0.00} %", $"{100 * accuracyAfter:0.00} %", $"{100 * (accuracyAfter - accuracyBefore):+0.00;-0.00} points", $"{100 * control?.Accuracy:0.00} %");
        }

        Context.Output.Write(table);
        Context.Line($"measured on {report.Accelerator}");
        if (control is not null)
        {
            Context.Line(report.Method == "distill" ? "dense control: the student, trained alike without its teacher" : "dense control: the model as given, trained alike without compression");
        }
    }
}
