package dev.tesuji.math;

/// The words of [Units].
final class UnitWords {
  /// Measures, one a line: the name under which a unit is compared, then its other spellings.
  static final String MEASURES =
      """
      meter meters metre metres m
      cm centimeter centimeters centimetre centimetres
      mm millimeter millimeters millimetre millimetres
      micrometer micrometers micrometre micrometres micron microns µm μm um
      nanometer nanometers nm
      km kilometer kilometers kilometre kilometres kms
      inch inches in
      foot feet ft
      yard yards yd yds
      mile miles mi
      lightyear lightyears
      gram grams g gm
      kg kilogram kilograms kilo kilos kgs
      mg milligram milligrams
      microgram micrograms µg μg mcg ug
      ton tons
      tonne tonnes
      pound pounds lb lbs £
      ounce ounces oz
      milliliter milliliters millilitre millilitres ml mL
      liter liters litre litres L
      gallon gallons gal
      quart quarts qt
      pint pints pt
      cup cups
      tablespoon tablespoons tbsp
      teaspoon teaspoons tsp
      acre acres
      hectare hectares ha
      second seconds sec secs s
      millisecond milliseconds ms
      minute minutes min mins
      hour hours hr hrs h
      day days
      week weeks
      fortnight fortnights
      month months
      year years yr yrs
      decade decades
      century centuries
      mph
      kph kmh
      knot knots
      rpm
      hertz Hz
      kilohertz kHz
      megahertz MHz
      byte bytes
      bit bits
      kilobyte kilobytes kB KB
      megabyte megabytes MB
      gigabyte gigabytes GB
      terabyte terabytes TB
      joule joules J
      kilojoule kilojoules kJ
      calorie calories cal
      kilocalorie kilocalories kcal
      watt watts W
      kilowatt kilowatts kW
      kWh
      volt volts V
      ampere amperes amp amps
      ohm ohms Ω
      newton newtons N
      pascal pascals Pa
      kilopascal kilopascals kPa
      atmosphere atmospheres atm
      kelvin kelvins
      celsius centigrade
      fahrenheit
      mole moles mol
      cent cents ¢
      dollar dollars usd $
      euro euros eur €
      yen jpy ¥
      yuan rmb cny
      rupee rupees inr ₹
      pence penny pennies
      peso pesos
      franc francs
      won
      rouble roubles ruble rubles
      dime dimes
      nickel nickels
      degree degrees deg degs
      radian radians rad rads
      percent pct
      unit units
      am
      pm\
      """;

  /// Things that are counted.
  static final String THINGS =
      """
      people person students student pieces pages points books cookies slices marbles eggs fish \
      oranges pencils boxes cards cars bottles cans bags candies stickers flowers animals trees \
      tickets games blocks legs packs roses words bananas kids fruits balloons toys pens dogs \
      chairs questions cats boys cakes sandwiches stamps seeds birds girls cupcakes crayons steps \
      wheels beads pills seats songs children child tomatoes cows votes brownies customers \
      episodes goals letters plants coins photos balls bars marks seashells glasses employees \
      strawberries items shirts dolls pets pizzas servings shells jellybeans leaves passengers men \
      man women woman movies muffins sticks rooms guests chocolates pies sheets goats packages \
      sheep candles turtles loaves chickens donuts messages trips ducks lollipops paintings \
      pictures plates friends apartments classes batches ants tiles potatoes notebooks articles \
      stars hats squares triangles circles bracelets jars lemons members bricks dresses meals \
      bones insects shoes matches floors stripes frogs scoops crates kittens dishes bushels towels \
      visitors logs mushrooms puppies followers bugs necklaces parts petals problems laps emails \
      windows holes vehicles tokens nuts earrings cartons planks marshmallows homes bills caps \
      grapes snakes peppers flights texts doughnuts fishes players horses baskets mice mouse \
      socks sentences hotdogs tables bales containers bees teachers worms bouquets newspapers \
      rings spoons pancakes adults bikes phones feathers tires crackers elephants buckets eyes \
      blueberries houses gifts trucks berries stairs treats sweaters patients geese goose strings \
      colors colours characters barrels rounds onions lambs chapters rocks lessons stories albums \
      buildings rabbits lions individuals cherries computers beds babies tubes objects trains \
      novels presents singers pigs bears pumpkins countries teams apples pears plums buses workers \
      machines numbers integers digits ways solutions values primes factors divisors sides edges \
      vertices faces subsets arrangements combinations permutations outcomes hens roosters \
      flavors toppings branches nests cages tanks shelves\
      """;

  /// Words that make of a number something else.
  static final String OTHERWISE =
      """
      not no any other more less fewer than if except unless wrong plus minus times time every all none \
      true false correct incorrect right is are was be were isn arent cannot can could would should \
      might may maybe perhaps possibly probably or and but nor nearly almost about around roughly \
      until through to from at most least over under above below between versus vs instead \
      otherwise alternatively fails fail ruled out hardly contradicts impossible excluded never \
      half halves third thirds fourth fourths quarter quarters fifth fifths sixth sixths seventh \
      sevenths eighth eighths ninth ninths tenth tenths hundredth hundredths thousandth thousandths \
      millionth millionths factorial choose divided multiplied by base mod modulo doubled halved \
      tripled twice negated negative positive reciprocal inverse root power raised grand ish \
      january february march april june july august september october november december monday \
      tuesday wednesday thursday friday saturday sunday\
      """;

  private UnitWords() {}
}
