using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Gateway.Jobs;

namespace OrleansCompute.Gateway.Tests.Jobs;

public sealed class JobSpecYamlTests
{
    public const string Sound = """
        tenant: acme
        name: fashion-cnn
        model:
          name: fashion
          input: [1, 28, 28]
          layers:
            - conv: { filters: 16, kernel: 5, activation: relu }
            - maxpool: { size: 2 }
            - dense: { units: 128, activation: relu }
            - dense: { units: 10 }
        data: { dataset: fashion-mnist, validation: fashion-mnist-test }
        training: { epochs: 4, batchSize: 128, learningRate: 0.001, seed: 7, efficiencyWindowSeconds: 3 }
        resources: { minAccelerators: 1, maxAccelerators: 3, kinds: [] }

        """;

    [Fact]
    public void Parse_WhenSound_GivesTheSpec()
    {
        var result = JobSpecYaml.Parse(Sound);

        Assert.Empty(result.Problems);
        var spec = result.Spec!;
        Assert.Equal(("acme", "fashion-cnn", "default"), (spec.Tenant, spec.Name, spec.Pool));
        Assert.Equal([1, 28, 28], spec.Model.InputShape.ToArray());
        Assert.Equal(
            [
                new LayerSpec { Kind = LayerKind.Conv, Filters = 16, Kernel = 5, Relu = true },
                new LayerSpec { Kind = LayerKind.MaxPool, Size = 2 },
                new LayerSpec { Kind = LayerKind.Dense, Units = 128, Relu = true },
                new LayerSpec { Kind = LayerKind.Dense, Units = 10 },
            ],
            spec.Model.Layers.ToArray());
        Assert.Equal(new DataSpec { Dataset = "fashion-mnist", Validation = "fashion-mnist-test" }, spec.Data);
        Assert.Equal(
            new TrainingSpec { Epochs = 4, BatchSize = 128, LearningRate = 0.001, Seed = 7, EfficiencyWindowSeconds = 3 }, spec.Training);
        Assert.Equal((1, 3), (spec.Resources.MinAccelerators, spec.Resources.MaxAccelerators));
    }

    [Fact]
    public void Parse_WhenOptionalFieldsAreLeftOut_TakesDefaults()
    {
        var yaml = Sound[..Sound.IndexOf("resources", StringComparison.Ordinal)]
            .Replace(", learningRate: 0.001, seed: 7, efficiencyWindowSeconds: 3", "", StringComparison.Ordinal);

        var spec = JobSpecYaml.Parse(yaml).Spec!;

        Assert.Equal(new TrainingSpec { Epochs = 4, BatchSize = 128 }, spec.Training);
        Assert.Equal((1, 1), (spec.Resources.MinAccelerators, spec.Resources.MaxAccelerators));
    }

    [Theory]
    [InlineData("epochs: 4", "epochs: four", "training.epochs at line 12, column 21 is 'four'; allowed: a whole number.")]
    [InlineData("epochs: 4", "epochs: \"4\"", "training.epochs at line 12, column 21 is '4' (quoted text); allowed: a whole number.")]
    [InlineData("epochs: 4", "epochs: 4.5", "training.epochs at line 12, column 21 is '4.5'; allowed: a whole number.")]
    [InlineData("epochs: 4", "epochs: 99999999999", "training.epochs at line 12, column 21 is '99999999999'; allowed: a whole number.")]
    [InlineData("epochs: 4", "epochs: 5000", "training.epochs at line 12, column 21 is 5000; allowed: 1 to 1000.")]
    [InlineData("epochs: 4", "epochs: 4, epochs: 5",
        "training.epochs at line 12, column 24 is there twice, first at line 12, column 13; allowed: once.")]
    [InlineData("epochs: 4", "epoch: 4",
        "training.'epoch' at line 12, column 13 is no field; allowed: epochs, batchSize, maxBatchSize, learningRate, seed, efficiencyWindowSeconds, optimizer, schedule, clipNorm, clipValue, ema, precision, lossScale, checkFinite.")]
    [InlineData("epochs: 4, ", "", "training.epochs is missing in training at line 12, column 11; allowed: a whole number.")]
    [InlineData("learningRate: 0.001", "learningRate: .nan",
        "training.learningRate at line 12, column 54 is '.nan'; allowed: a number, for example 0.001.")]
    [InlineData("learningRate: 0.001", "learningRate: 2", "training.learningRate at line 12, column 54 is 2; allowed: above 0 to 1.")]
    [InlineData("tenant: acme", "tenant: ", "tenant at line 1, column 8 is empty; allowed: text.")]
    [InlineData("tenant: acme", "tenant: [acme]", "tenant at line 1, column 9 is a list of 1; allowed: text.")]
    [InlineData("tenant: acme", "tenant: ACME!",
        "tenant at line 1, column 9 is 'ACME!'; allowed: 1 to 64 characters of a-z 0-9 . _ -, starting with a letter or a digit.")]
    [InlineData("tenant: acme", "tenant: acme\ncolour: red",
        "'colour' at line 2, column 1 is no field; allowed: tenant, name, pool, model, data, training, resources.")]
    [InlineData("input: [1, 28, 28]", "input: [1, 28]",
        "model.input at line 5, column 10 has 2 numbers; allowed: 3 (channels, height, width).")]
    [InlineData("input: [1, 28, 28]", "input: 28",
        "model.input at line 5, column 10 is '28'; allowed: [channels, height, width], three whole numbers.")]
    [InlineData("kernel: 5", "kernel: 4", "model.layers[0].kernel at line 7, column 36 is 4; allowed: odd numbers 1 to 15.")]
    [InlineData("activation: relu }\n    - maxpool", "activation: tanh }\n    - maxpool",
        "model.layers[0].conv.activation at line 7, column 51 is 'tanh'; allowed: relu, none.")]
    [InlineData("maxpool: { size: 2 }", "maxpool: 2", "model.layers[1].maxpool at line 8, column 16 is '2'; allowed: a group of fields.")]
    [InlineData("maxpool: { size: 2 }", "avgpool: { size: 2 }",
        "model.layers[1] at line 8, column 7 is the layer 'avgpool'; allowed: conv, maxpool, dense.")]
    [InlineData("maxpool: { size: 2 }", "maxpool",
        "model.layers[1] at line 8, column 7 is 'maxpool'; "
        + "allowed: one of conv, maxpool, dense with its fields, for example 'dense: { units: 10 }'.")]
    [InlineData("kinds: []", "kinds: [[a]]", "resources.kinds[0] at line 13, column 62 is a list of 1; allowed: text.")]
    [InlineData("tenant: acme", "tenant: &a acme",
        "tenant (line 1, column 9) has the anchor '&a'; allowed: values written out, no anchors and aliases.")]
    [InlineData("tenant: acme", "tenant: *a",
        "tenant (line 1, column 9) is the alias '*a'; allowed: values written out, no anchors and aliases.")]
    [InlineData("tenant: acme", "tenant: !!str acme",
        "tenant (line 1, column 9) has the tag 'tag:yaml.org,2002:str'; allowed: values without tags.")]
    public void Parse_WhenWrong_NamesFieldPlaceValueAndAllowedForm(string sound, string wrong, string problem)
    {
        var yaml = Sound.ReplaceLineEndings("\n").Replace(sound, wrong, StringComparison.Ordinal);

        var result = JobSpecYaml.Parse(yaml);

        Assert.Null(result.Spec);
        Assert.Contains(problem, result.Problems);
    }

    [Fact]
    public void Parse_WhenSeveralThingsAreWrong_NamesAllAtOnce()
    {
        var yaml = Sound.Replace("epochs: 4", "epochs: four", StringComparison.Ordinal)
            .Replace("units: 10", "unit: 10", StringComparison.Ordinal).Replace("tenant: acme", "tenant:", StringComparison.Ordinal);

        Assert.Equal(4, JobSpecYaml.Parse(yaml).Problems.Count);
    }

    [Theory]
    [InlineData("", "The spec is empty; allowed: a YAML document with tenant, name, model, data and training.")]
    [InlineData("- a", "the spec at line 1, column 1 is a list of 1; allowed: a group of fields.")]
    [InlineData("a: b\n---\nc: d", "A second document begins at line 2, column 1; allowed: one.")]
    [InlineData("{[a]: b}", "A field of the spec (line 1, column 1) has no plain name; allowed: text.")]
    public void Parse_WhenNoSpecAtAll_SaysWhatItIs(string yaml, string problem) =>
        Assert.Equal([problem], JobSpecYaml.Parse(yaml).Problems);

    [Fact]
    public void Parse_WhenNotYaml_NamesThePlace() =>
        Assert.StartsWith("The spec is no YAML at line 2, column 1: ",
            Assert.Single(JobSpecYaml.Parse("tenant: [acme").Problems), StringComparison.Ordinal);

    [Fact]
    public void Parse_WhenTheYamlLibraryFailsWithoutAPlace_StillAnswersASentence() =>
        Assert.StartsWith(
            "The spec is no YAML",
            Assert.Single(JobSpecYaml.Parse("layers:- conv: {1e999\n<<: *a\\x- conv: {[\t").Problems),
            StringComparison.Ordinal);

    [Fact]
    public void Parse_WhenTooDeepTooLargeOrABomb_RefusesWithoutExpanding()
    {
        var deep = Assert.Single(JobSpecYaml.Parse($"tenant: {new string('[', 2000)}{new string(']', 2000)}").Problems);
        Assert.Contains("is 17 levels deep; allowed: up to 16.", deep, StringComparison.Ordinal);

        var wide = Assert.Single(JobSpecYaml.Parse($"tenant: [{string.Concat(Enumerable.Repeat("a,", 20_000))}]").Problems);
        Assert.Contains("is the 5001th value; allowed: up to 5000.", wide, StringComparison.Ordinal);

        Assert.Equal(
            "The spec has 70000 characters; allowed: up to 65536.",
            Assert.Single(JobSpecYaml.Parse(new string('a', 70_000)).Problems));

        var bomb = Assert.Single(JobSpecYaml.Parse("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]").Problems);
        Assert.Contains("no anchors and aliases", bomb, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_WhenFuzzed_NeverThrows()
    {
        var pieces = new[]
        {
            "tenant", "acme", ":", " ", "\n", "  ", "-", "[", "]", "{", "}", ",", "&a", "*a", "!!int", "|", ">", "'", "\"", "#", "%", "@",
            "---", "...", "?", "\t", "\u0000", "\uD800", "é", "model:", "layers:", "- conv: {", "epochs: 4", "1e999", "\\x", "<<: *a",
        };
        var random = Gen.Elements(pieces).ListOf().Select(string.Concat).ToArbitrary();
        var damaged = (from at in Gen.Choose(0, Sound.Length - 1)
                       from length in Gen.Choose(0, 20)
                       from piece in Gen.Elements(pieces)
                       select Sound[..at] + piece + Sound[Math.Min(Sound.Length, at + length)..]).ToArbitrary();

        var config = Config.QuickThrowOnFailure.WithMaxTest(500);
        Check.One(config, Prop.ForAll(random, text => IsAnswer(JobSpecYaml.Parse(text))));
        Check.One(config, Prop.ForAll(damaged, text => IsAnswer(JobSpecYaml.Parse(text))));

        static bool IsAnswer(JobSpecYamlResult result) => (result.Spec is null) != (result.Problems.Count == 0);
    }
}
